//! `PATCH /api/v1/triggers/{id}`: replaces the members that are given.

use super::form::{TriggerForm, TriggerPatch};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::TriggerId;

/// Change a trigger
///
/// The members given replace those of the trigger; the others stay. Deliveries under way are not touched.
#[utoipa::path(patch, path = "/api/v1/triggers/{id}", operation_id = "updateTrigger", tag = "triggers",
    params(("id" = String, Path, description = "The trigger.")),
    request_body = TriggerPatch,
    responses(
        (status = 200, description = "The trigger as it stands now.", body = TriggerForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TriggerId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<TriggerForm>, Failure> {
    let saved = app.engine.update_trigger(&caller, id, &patch).await?;
    Ok(Json(saved.into()))
}
