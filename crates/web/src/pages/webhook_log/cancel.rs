//! `POST /settings/automation/webhook-log/{id}/cancel`: calls one delivery off.

use super::LOG;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use model::ids::DeliveryId;

/// Calls it off, and leads back to the delivery.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<DeliveryId>,
    _: Form,
) -> Result<Response, Failure> {
    let note = match app.engine.cancel(&viewer.caller, id).await {
        Ok(()) => "called-off",
        Err(Error::Conflict(_)) => "not-called-off",
        Err(error) => return Err(error.into()),
    };
    Ok(go_with_note(&format!("{LOG}/{id}"), note))
}
