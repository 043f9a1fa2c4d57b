//! `POST /api/v1/triggers/{id}/enable`: lets a trigger run.

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

/// Enable a trigger
///
/// From the next change on it runs.
#[utoipa::path(post, path = "/api/v1/triggers/{id}/enable", operation_id = "enableTrigger", tag = "triggers",
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
    let saved = app.engine.set_trigger_enabled(&caller, id, true).await?;
    Ok(Json(saved.into()))
}
