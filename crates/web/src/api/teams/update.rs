//! `PATCH /api/v1/teams/{id}`: replaces the members that are given.

use super::form::{TeamForm, TeamPatch, read};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::TeamId;

/// Change a team
///
/// Its people stay in it and triggers that name it follow. Tickets keep the name that they were given.
#[utoipa::path(patch, path = "/api/v1/teams/{id}", operation_id = "updateTeam", tag = "teams",
    params(("id" = String, Path, description = "The team.")),
    request_body = TeamPatch,
    responses(
        (status = 200, description = "The team as it stands now.", body = TeamForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TeamId>,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Json<TeamForm>, Failure> {
    caller.require(Grant::AllowWritingPeople)?;
    let changed = app.engine.update_team(&caller, id, read(&json, false)?).await?;
    Ok(Json(changed.into()))
}
