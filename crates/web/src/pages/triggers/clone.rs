//! `POST /settings/automation/triggers/{id}/clone`.

use super::form::address;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::TriggerId;

/// Makes a disabled copy and leads to it.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    _: Form,
) -> Result<Response, Failure> {
    let saved = app.engine.clone_trigger(&viewer.caller, id).await?;
    Ok(go_with_note(&address(Some(&saved.trigger)), "trigger-cloned"))
}
