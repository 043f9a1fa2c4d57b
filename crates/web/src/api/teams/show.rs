//! `GET /api/v1/teams/{id}`: one team.

use super::form::TeamForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::TeamId;

/// Read a team
#[utoipa::path(get, path = "/api/v1/teams/{id}", operation_id = "getTeam", tag = "teams",
    params(("id" = String, Path, description = "The team.")),
    responses(
        (status = 200, description = "The team.", body = TeamForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TeamId>,
    _: NoQuery,
) -> Result<Json<TeamForm>, Failure> {
    caller.require(Grant::AllowReadingPeople)?;
    let all = store::teams::all(&app.engine.reader(), caller.domain).await?;
    let found = all.into_iter().find(|found| found.id == id);
    let found = found.ok_or_else(|| Failure::missing(format_args!("team {id}")))?;
    Ok(Json(found.into()))
}
