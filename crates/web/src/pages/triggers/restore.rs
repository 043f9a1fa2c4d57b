//! `POST /settings/automation/triggers/{id}/restore`: undoes a deletion.

use super::LIST;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::TriggerId;

/// Brings the trigger back as it was, at its place.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    _: Form,
) -> Result<Response, Failure> {
    app.engine.restore_trigger(&viewer.caller, id).await?;
    Ok(go_with_note(LIST, "trigger-restored"))
}
