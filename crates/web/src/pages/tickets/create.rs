//! `POST /tickets/new`: opens a ticket, with files if they came with it.

use super::address;
use super::fields::Fields;
use super::opening::{Page, Typed, client};
use super::receive::faults;
use super::reply::entry;
use crate::Shared;
use crate::error::Failure;
use crate::files::upload::receive_form;
use crate::view::Viewer;
use crate::view::page::{go_with_note, page_with};
use axum::extract::{Request, State};
use axum::response::Response;
use engine::commands::tickets::TicketInput;
use model::access_profile::Grant;
use model::fault::Fault;
use model::ticket_action::Visibility;
use model::wording::Text;

/// Opens the ticket and leads to it. A client's is public and their own.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    request: Request,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingTickets)?;
    let (parts, body) = request.into_parts();
    let mut received = receive_form(&app, &viewer.caller, &parts.headers, body).await?;
    let typed = Typed::read(&mut received.form);
    let created = match received.failure {
        Some(failure) => Err(failure),
        None => match input(&app, &viewer, &typed).await {
            Ok(input) => {
                let (caller, files) = (&viewer.caller, received.files);
                app.engine.create_ticket_with_files(caller, input, files).await.map_err(Failure::from)
            }
            Err(failure) => {
                app.engine.abandon_files(&viewer.caller, received.files).await;
                Err(failure)
            }
        },
    };
    let failure = match created {
        Ok(number) => return Ok(go_with_note(&address(number), "ticket-opened")),
        Err(failure) => failure,
    };
    let status = failure.status;
    let faults = faults(failure)?;
    page_with(status, &Page { faults, ..Page::with(&app, &viewer, typed).await? })
}

/// What the command gets.
async fn input(app: &Shared, viewer: &Viewer, typed: &Typed) -> Result<TicketInput, Failure> {
    let t = viewer.look.words;
    if typed.fields.subject.is_empty() {
        return Err(Failure::invalid(vec![Fault::new(
            "subject",
            Text::given(t.say("ticket-subject-missing")),
        )]));
    }
    if viewer.caller.is_only_client() {
        return Ok(TicketInput {
            subject: Some(typed.fields.subject.clone()),
            visibility: Some(Visibility::Public),
            clients: Some(vec![viewer.caller.person_id().to_owned()]),
            actions: vec![entry(&typed.text, false)],
            ..TicketInput::default()
        });
    }
    let words = app.engine.classification(viewer.caller.domain);
    let client = client(app, viewer, &typed.client).await?;
    Ok(TicketInput {
        visibility: Some(if typed.internal { Visibility::Internal } else { Visibility::Public }),
        clients: Some(vec![client].into_iter().filter(|id| !id.is_empty()).collect()),
        actions: vec![entry(&typed.text, typed.internal)],
        ..typed.fields.input(&Fields::default(), &words)
    })
}
