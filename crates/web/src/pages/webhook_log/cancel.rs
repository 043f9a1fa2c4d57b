//! `POST /settings/automation/webhook-log/{id}/cancel`: calls one delivery off.

use super::resend::lead_back;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use model::ids::DeliveryId;

/// Calls it off, and leads back to the delivery.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<DeliveryId>,
    _: Form,
) -> Result<Response, Failure> {
    lead_back(id, app.engine.cancel(&viewer.caller, id).await, ["called-off", "not-called-off"])
}
