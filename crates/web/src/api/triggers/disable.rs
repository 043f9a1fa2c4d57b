//! `POST /api/v1/triggers/{id}/disable`: keeps a trigger from running.

use super::form::TriggerForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::TriggerId;

/// Disable a trigger
///
/// It runs no more; deliveries under way are not touched.
#[utoipa::path(post, path = "/api/v1/triggers/{id}/disable", operation_id = "disableTrigger", tag = "triggers",
    params(("id" = String, Path, description = "The trigger.")),
    responses(
        (status = 200, description = "The trigger as it stands now.", body = TriggerForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TriggerId>,
    _: NoQuery,
    _: NoBody,
) -> Result<Json<TriggerForm>, Failure> {
    let saved = app.engine.set_trigger_enabled(&caller, id, false).await?;
    Ok(Json(saved.into()))
}
