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
    lead_back(id, app.engine.resend(&viewer.caller, id).await, ["resent", "not-resent"])
}

/// Leads back to the delivery, with the note for what was done, or for what is not possible now.
pub(super) fn lead_back(
    id: DeliveryId,
    outcome: Result<(), Error>,
    [done, not_now]: [&str; 2],
) -> Result<Response, Failure> {
    let note = match outcome {
        Ok(()) => done,
        Err(Error::Conflict(_)) => not_now,
        Err(error) => return Err(error.into()),
    };
    Ok(go_with_note(&format!("{LOG}/{id}"), note))
}
