//! `POST /api/v1/access-profiles`: makes an access profile.

use super::form::{ProfileBody, ProfileForm, read};
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

/// Make an access profile
#[utoipa::path(post, path = "/api/v1/access-profiles", operation_id = "createAccessProfile", tag = "access profiles",
    request_body = ProfileBody,
    responses(
        (status = 201, description = "The access profile; `location` leads to it.", body = ProfileForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    caller.require(Grant::AllowManagingAccessProfiles)?;
    let made = app.engine.create_access_profile(&caller, read(&json, true)?).await?;
    let location = format!("/api/v1/access-profiles/{}", made.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(ProfileForm::from(made))).into_response())
}
