//! `PATCH /api/v1/services/{id}`: replaces the members that are given.

use super::form::{ServiceForm, ServicePatch, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::classification::Noun;
use model::ids::ServiceId;

/// Change a service
///
/// A service that moves takes those below it along. Triggers get the new names at once; tickets do at their next
/// change.
#[utoipa::path(patch, path = "/api/v1/services/{id}", operation_id = "updateService", tag = "classification",
    params(("id" = String, Path, description = "The service.")),
    request_body = ServicePatch,
    responses(
        (status = 200, description = "The service as it stands now.", body = ServiceForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<ServiceId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<ServiceForm>, Failure> {
    let words = app.engine.update_word(&caller, Noun::Service, id.0, &patch).await?;
    found(&words, id).map(Json)
}
