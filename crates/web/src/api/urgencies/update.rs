//! `PATCH /api/v1/urgencies/{id}`: replaces the members that are given.

use super::form::{UrgencyForm, UrgencyPatch, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::classification::Noun;
use model::ids::UrgencyId;

/// Change an urgency
///
/// Triggers that name it get its new name at once; tickets do at their next change.
#[utoipa::path(patch, path = "/api/v1/urgencies/{id}", operation_id = "updateUrgency", tag = "classification",
    params(("id" = String, Path, description = "The urgency.")),
    request_body = UrgencyPatch,
    responses(
        (status = 200, description = "The urgency as it stands now.", body = UrgencyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<UrgencyId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<UrgencyForm>, Failure> {
    let words = app.engine.update_word(&caller, Noun::Urgency, id.0, &patch).await?;
    found(&words, id).map(Json)
}
