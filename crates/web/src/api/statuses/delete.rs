//! `DELETE /api/v1/statuses/{id}`: takes a status away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::StatusId;

/// Take a status away
///
/// When tickets have it, it goes out of use instead. The default and the last one of a base status stay, and so
/// does one that a trigger puts tickets into.
#[utoipa::path(delete, path = "/api/v1/statuses/{id}", operation_id = "deleteStatus", tag = "classification",
    params(("id" = String, Path, description = "The status.")),
    responses(
        (status = 204, description = "Gone, or out of use."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<StatusId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_word(&caller, Noun::Status, id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
