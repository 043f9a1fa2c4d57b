//! `POST /settings/automation/test-receiver/ticket`: opens a ticket to see what happens.

use super::PATH;
use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use engine::commands::tickets::{ActionInput, TicketInput};
use model::access_profile::Grant;
use model::ticket_action::Visibility;

/// Opens it in the viewer's own name and leads back.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let t = viewer.look.words;
    let text = ActionInput {
        visibility: Some(Visibility::Public),
        description: Some(t.say("test-ticket-text")),
        ..ActionInput::default()
    };
    let ticket = TicketInput {
        visibility: Some(Visibility::Public),
        subject: Some(t.say("test-ticket-subject")),
        clients: Some(vec![viewer.caller.person_id().to_owned()]),
        actions: vec![text],
        ..TicketInput::default()
    };
    app.engine.create_ticket(&viewer.caller, ticket).await?;
    Ok(go_with_note(PATH, "test-ticket-opened"))
}
