//! `POST /settings/automation/triggers`: enables or disables those that are ticked.

use super::under_way::back;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::TriggerId;

/// Lets them run, or not. What is under way goes on.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    let enable = form.text("do") == "enable";
    let ids: Vec<TriggerId> = form.all("id").iter().filter_map(|id| id.parse().ok()).collect();
    app.engine.set_triggers_enabled(&viewer.caller, &ids, enable).await?;
    let note = match (ids.is_empty(), enable) {
        (true, _) => "not-chosen",
        (false, true) => "triggers-enabled",
        (false, false) => "triggers-disabled",
    };
    Ok(go_with_note(&back(&form), note))
}
