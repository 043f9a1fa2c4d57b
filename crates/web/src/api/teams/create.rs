//! `POST /api/v1/teams`: makes a team.

use super::form::{TeamBody, TeamForm, read};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::access_profile::Grant;

/// Make a team
#[utoipa::path(post, path = "/api/v1/teams", operation_id = "createTeam", tag = "teams",
    request_body = TeamBody,
    responses(
        (status = 201, description = "The team; `location` leads to it.", body = TeamForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    caller.require(Grant::AllowWritingPeople)?;
    let made = app.engine.create_team(&caller, read(&json, true)?).await?;
    let location = format!("/api/v1/teams/{}", made.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(TeamForm::from(made))).into_response())
}
