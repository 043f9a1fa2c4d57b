//! `POST /api/v1/triggers/{id}/clone`: makes a disabled copy.

use super::create::created;
use super::form::TriggerForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use axum::response::Response;
use model::ids::TriggerId;

/// Clone a trigger
///
/// The copy is disabled, so that it can be edited first, and goes last in the order.
#[utoipa::path(post, path = "/api/v1/triggers/{id}/clone", operation_id = "cloneTrigger", tag = "triggers",
    params(("id" = String, Path, description = "The trigger to copy.")),
    responses(
        (status = 201, description = "The copy; `location` leads to it.", body = TriggerForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TriggerId>,
    _: NoQuery,
    _: NoBody,
) -> Result<Response, Failure> {
    app.engine.clone_trigger(&caller, id).await.map(created).map_err(Failure::from)
}
