//! `PATCH /api/v1/statuses/{id}`: replaces the members that are given.

use super::form::{StatusForm, StatusPatch, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::classification::Noun;
use model::ids::StatusId;

/// Change a status
///
/// Triggers that name it get its new name at once; tickets do at their next change.
#[utoipa::path(patch, path = "/api/v1/statuses/{id}", operation_id = "updateStatus", tag = "classification",
    params(("id" = String, Path, description = "The status.")),
    request_body = StatusPatch,
    responses(
        (status = 200, description = "The status as it stands now.", body = StatusForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<StatusId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<StatusForm>, Failure> {
    let words = app.engine.update_word(&caller, Noun::Status, id.0, &patch).await?;
    found(&words, id).map(Json)
}
