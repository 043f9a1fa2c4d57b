//! `GET /api/v1/triggers/{id}`: one trigger.

use super::form::TriggerForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::TriggerId;

/// Read a trigger
#[utoipa::path(get, path = "/api/v1/triggers/{id}", operation_id = "getTrigger", tag = "triggers",
    params(("id" = String, Path, description = "The trigger.")),
    responses(
        (status = 200, description = "The trigger.", body = TriggerForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    Id(id): Id<TriggerId>,
    _: NoQuery,
) -> Result<Json<TriggerForm>, Failure> {
    let found = store::triggers::find(&app.engine.reader(), caller.domain, id).await?;
    let trigger = found.ok_or_else(|| Failure::missing(format_args!("trigger {id}")))?;
    Ok(Json(trigger.into()))
}
