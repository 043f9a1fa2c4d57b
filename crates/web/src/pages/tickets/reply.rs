//! `POST /tickets/{number}/reply`: adds an entry to a ticket, with files if they came with it, in one change. A client may
//! say in it that the ticket is resolved, or open it again.

use super::address;
use super::receive::faults;
use super::show::seen;
use super::view::{Page, Parts};
use crate::Shared;
use crate::error::Failure;
use crate::files::upload::receive_form;
use crate::path::Id;
use crate::text::Description;
use crate::view::Viewer;
use crate::view::page::{go, page_with};
use axum::extract::{Request, State};
use axum::response::Response;
use engine::commands::tickets::{ActionInput, TicketInput};
use model::access_profile::Grant;
use model::classification::BaseStatus;
use model::client_rights;
use model::ticket::Ticket;
use model::ticket_action::Visibility;

/// Adds the reply and leads to it. Clients write public ones only.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(number): Id<i64>,
    request: Request,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingTickets)?;
    let ticket = seen(&app, &viewer, number).await?;
    let (parts, body) = request.into_parts();
    let mut received = receive_form(&app, &viewer.caller, &parts.headers, body).await?;
    let text = received.form.text("actions");
    let internal = received.form.text("visibility") == "internal" && !viewer.caller.is_only_client();
    let moved = their_move(&viewer, &ticket).filter(|to| received.form.text("move") == to.as_str());
    let saved = match received.failure {
        Some(failure) => Err(failure),
        None => {
            let words = app.engine.classification(viewer.caller.domain);
            let status = moved.and_then(|to| words.status_of(to)).map(|status| status.name.clone());
            // Who says that it is resolved need not say more.
            let says_more = status.is_none() || !text.trim().is_empty() || !received.files.is_empty();
            let actions = says_more.then(|| entry(&text, internal)).into_iter().collect();
            let input = TicketInput { status, actions, ..TicketInput::default() };
            let (caller, files) = (&viewer.caller, received.files);
            app.engine.update_ticket_with_files(caller, number, input, files).await.map_err(Failure::from)
        }
    };
    let failure = match saved {
        Ok(()) => return Ok(go(&format!("{}?note=replied#newest", address(number)))),
        Err(failure) => failure,
    };
    let status = failure.status;
    let faults = faults(failure)?;
    let mut page = Page::of(&app, &viewer, &ticket, Parts::default()).await?;
    (page.faults, page.reply, page.reply_internal) = (faults, text, internal);
    page.is_moved = moved.is_some();
    page_with(status, &page)
}

/// Where a client may take their ticket while they answer.
pub(super) fn their_move(viewer: &Viewer, ticket: &Ticket) -> Option<BaseStatus> {
    client_rights::moves(viewer.caller.only_client()?, ticket).first().copied()
}

/// An entry with this text.
pub(super) fn entry(text: &str, internal: bool) -> ActionInput {
    let Description { plain, html } = Description::of_plain(text.trim_end());
    ActionInput {
        visibility: Some(if internal { Visibility::Internal } else { Visibility::Public }),
        description: Some(plain),
        html_description: Some(html),
        ..ActionInput::default()
    }
}
