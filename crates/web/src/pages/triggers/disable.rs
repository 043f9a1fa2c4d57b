//! `POST /settings/automation/triggers/{id}/disable`.

use super::under_way::{back, question};
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

/// Stops the trigger; asks first when deliveries of it are under way.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    if let Some(question) = question(&app, &viewer, id, &form, false).await? {
        return Ok(question);
    }
    app.engine.set_trigger_enabled(&viewer.caller, id, false).await?;
    Ok(go_with_note(&back(&form), "trigger-disabled"))
}
