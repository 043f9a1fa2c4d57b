//! `POST /settings/account/integrations/{id}`: what can be done to an integration as it stands.

use super::address;
use super::show::{Page, Told};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::faults::refusal;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::commands::integrations::HalfPatch;
use model::ids::IntegrationId;
use model::text;

/// Enables or disables it, asks the other side, puts the triggers back; a refusal stands on the page.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<IntegrationId>,
    mut form: Form,
) -> Result<Response, Failure> {
    let half = app.engine.integration(&viewer.caller, id)?;
    let (engine, caller, here) = (&app.engine, &viewer.caller, &app.public_url);
    let switch = |enabled| HalfPatch { enabled: Some(enabled), ..HalfPatch::default() };
    let (done, note) = match form.text("do").as_str() {
        "enable" => (engine.update_integration(caller, here, id, switch(true)).await.map(drop), "enabled"),
        "disable" => (engine.update_integration(caller, here, id, switch(false)).await.map(drop), "disabled"),
        "restore" => (engine.restore_integration(caller, here, id).await.map(drop), "restored"),
        "check" => (engine.check_integration(caller, here, id).await, "answers"),
        _ => return Err(Failure::fault("do", text!("must be enable, disable, restore or check"))),
    };
    let t = viewer.look.words;
    let (status, why) = match done {
        Ok(()) => return Ok(go_with_note(&address(id), &format!("integration-{note}"))),
        Err(error) => refusal(t, error)?,
    };
    let told = Told { text: why, here_alone: false };
    page_with(status, &Page::read(&app, &viewer, &half, Some(told)).await?)
}
