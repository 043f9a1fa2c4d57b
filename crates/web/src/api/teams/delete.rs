//! `DELETE /api/v1/teams/{id}`: takes a team away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::ids::TeamId;

/// Delete a team
///
/// Refused with 409 while somebody belongs to it or a trigger names it. Tickets keep its name.
#[utoipa::path(delete, path = "/api/v1/teams/{id}", operation_id = "deleteTeam", tag = "teams",
    params(("id" = String, Path, description = "The team.")),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TeamId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_team(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
