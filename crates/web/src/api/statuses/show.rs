//! `GET /api/v1/statuses/{id}`: one status.

use super::form::{StatusForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::StatusId;

/// Read a status
#[utoipa::path(get, path = "/api/v1/statuses/{id}", operation_id = "getStatus", tag = "classification",
    params(("id" = String, Path, description = "The status.")),
    responses(
        (status = 200, description = "The status.", body = StatusForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<StatusId>,
    _: NoQuery,
) -> Result<Json<StatusForm>, Failure> {
    found(&app.engine.classification(caller.domain), id).map(Json)
}
