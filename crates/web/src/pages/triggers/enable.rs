//! `POST /settings/automation/triggers/{id}/enable`.

use super::under_way::back;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::TriggerId;

/// Lets the trigger run.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    form: Form,
) -> Result<Response, Failure> {
    app.engine.set_trigger_enabled(&viewer.caller, id, true).await?;
    Ok(go_with_note(&back(&form), "trigger-enabled"))
}
