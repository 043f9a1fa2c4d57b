//! `POST /settings/automation/webhook-log/{id}/resend`: sends one delivery again.

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

/// Begins a new round, and leads back to the delivery.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<DeliveryId>,
    _: Form,
) -> Result<Response, Failure> {
    let note = match app.engine.resend(&viewer.caller, id).await {
        Ok(()) => "resent",
        Err(Error::Conflict(_)) => "not-resent",
        Err(error) => return Err(error.into()),
    };
    Ok(go_with_note(&format!("{LOG}/{id}"), note))
}
