//! `POST /settings/automation/endpoints/{id}/pause`.

use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::EndpointId;

/// Holds the endpoint's deliveries.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<EndpointId>,
    mut form: Form,
) -> Result<Response, Failure> {
    app.engine.pause_endpoint(&viewer.caller, id).await?;
    Ok(go_with_note(super::show::back(&form.text("back"), id).as_str(), "endpoint-held"))
}
