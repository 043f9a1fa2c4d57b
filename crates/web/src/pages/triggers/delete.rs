//! `POST /settings/automation/triggers/{id}/delete`.

use super::LIST;
use super::under_way::question;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;
use model::ids::TriggerId;

/// Deletes the trigger, which can be undone; asks first when deliveries of it are under way.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    if let Some(question) = question(&app, &viewer, id, &form, true).await? {
        return Ok(question);
    }
    app.engine.delete_trigger(&viewer.caller, id).await?;
    Ok(go_with_note(&format!("{LIST}?undo={id}"), "trigger-deleted"))
}
