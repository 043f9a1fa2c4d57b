//! The page of one ticket: its thread with the form of a reply, its fields as a form or as they stand, its history and its
//! deliveries.

use super::choices::{Choices, Current};
use super::deliveries::Deliveries;
use super::fields::Fields;
use super::history::{History, may_ask};
use super::reply::their_move;
use super::status::TicketStatus;
use super::thread::Thread;
use super::{PATH, address};
use crate::Shared;
use crate::error::Failure;
use crate::view::faults::Faults;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use futures_util::future::try_join3;
use model::access_profile::Grant;
use model::classification::{BaseStatus, Classification};
use model::ids::ChangeId;
use model::person::PersonRef;
use model::ticket::Ticket;
use model::ticket_action::Visibility;

/// Which parts of the long lists are shown.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    /// Entries before this one.
    pub(super) entries: Option<i64>,
    /// The entry that is shown uncut.
    pub(super) whole: Option<i64>,
    /// Changes before this one.
    pub(super) changes: Option<ChangeId>,
}

/// A person of the ticket.
pub(super) struct Name {
    name: String,
    /// Their page; empty for those who may not open it.
    href: String,
}

#[derive(Template)]
#[template(path = "tickets/ticket.html")]
pub(super) struct Page {
    frame: Frame,
    t: Words,
    address: String,
    status: TicketStatus,
    internal: bool,
    deleted: bool,
    created: Instant,
    created_by: Option<Name>,
    updated: Instant,
    due: Option<Instant>,
    clients: Vec<Name>,
    cc: String,
    owner: Option<Name>,
    /// Names of custom fields with what they hold.
    custom: Vec<(String, String)>,
    thread: Thread,
    history: Option<History>,
    deliveries: Option<Deliveries>,
    /// As they stand, or as somebody typed them.
    pub(super) fields: Fields,
    /// As the form began.
    pub(super) was: Fields,
    choices: Choices,
    pub(super) faults: Faults,
    /// The reply as it was typed.
    pub(super) reply: String,
    pub(super) reply_internal: bool,
    /// Where a client may take it.
    their_move: Option<BaseStatus>,
    /// The client ticked that.
    pub(super) is_moved: bool,
    is_agent: bool,
    may_write: bool,
    may_ask: bool,
}

impl Page {
    /// The page of a ticket that the reader sees.
    pub(super) async fn of(
        app: &Shared,
        viewer: &Viewer,
        ticket: &Ticket,
        parts: Parts,
    ) -> Result<Page, Failure> {
        let (t, number) = (viewer.look.words, ticket.number);
        let (thread, history, deliveries) = try_join3(
            Thread::read(app, viewer, number, parts.entries, parts.whole),
            History::read(app, viewer, number, parts.changes),
            Deliveries::read(app, viewer, number),
        )
        .await?;
        let is_agent = !viewer.caller.is_only_client();
        let may_write = viewer.require(Grant::AllowWritingTickets).is_ok() && !ticket.is_deleted;
        let fields = Fields::of(ticket);
        let choices = match is_agent && may_write {
            true => Choices::read(app, viewer, ticket.visibility, current(&fields, ticket)).await?,
            false => Choices::default(),
        };
        let name = |person: &PersonRef| Name::new(viewer, person);
        let title = t.two("ticket-heading", "number", number.to_string(), "subject", &ticket.subject);
        Ok(Page {
            frame: Frame::new(viewer, title).under_page("menu-tickets", PATH),
            t,
            address: address(number),
            status: TicketStatus::of(ticket),
            internal: ticket.visibility == Visibility::Internal,
            deleted: ticket.is_deleted,
            created: Instant::new(&viewer.look, ticket.created_at),
            created_by: ticket.created_by.as_ref().map(name),
            updated: Instant::new(&viewer.look, ticket.updated_at),
            due: ticket.sla_solution_at.map(|at| Instant::new(&viewer.look, at)),
            clients: ticket.clients.iter().map(name).collect(),
            cc: if is_agent { ticket.cc.clone() } else { String::new() },
            owner: ticket.owner.as_ref().map(name),
            custom: if is_agent {
                custom(ticket, &app.engine.classification(viewer.caller.domain))
            } else {
                Vec::new()
            },
            thread,
            history,
            deliveries,
            was: fields.clone(),
            fields,
            choices,
            faults: Faults::default(),
            reply: String::new(),
            reply_internal: ticket.visibility == Visibility::Internal,
            their_move: their_move(viewer, ticket),
            is_moved: false,
            is_agent,
            may_write,
            may_ask: may_ask(viewer),
        })
    }

    /// The fields as the form began, by their names.
    fn began(&self) -> [(&'static str, &str); 9] {
        self.was.named()
    }

    /// The same after a form that was at fault: what was typed stands in the fields.
    pub(super) async fn with_fields(
        self,
        app: &Shared,
        viewer: &Viewer,
        ticket: &Ticket,
        fields: Fields,
    ) -> Result<Page, Failure> {
        let choices = Choices::read(app, viewer, ticket.visibility, current(&fields, ticket)).await?;
        Ok(Page { choices, fields, ..self })
    }
}

fn current<'c>(fields: &'c Fields, ticket: &'c Ticket) -> Current<'c> {
    let owner = ticket.owner.as_ref().filter(|owner| owner.id == fields.owner);
    Current {
        status: &fields.status,
        urgency: &fields.urgency,
        category: &fields.category,
        service: &fields.service,
        team: &fields.team,
        owner: &fields.owner,
        owner_name: owner.map_or("", |owner| &owner.business_name),
    }
}

impl Name {
    fn new(viewer: &Viewer, person: &PersonRef) -> Name {
        let href = match viewer.require(Grant::AllowReadingPeople) {
            Ok(()) => crate::pages::people::address(&person.id),
            Err(_) => String::new(),
        };
        let name = if person.business_name.is_empty() { &person.id } else { &person.business_name };
        Name { name: name.clone(), href }
    }
}

/// The custom values of a ticket in words.
fn custom(ticket: &Ticket, words: &Classification) -> Vec<(String, String)> {
    let told = |value: &model::ticket::CustomFieldValue| {
        let name = words.custom_field(value.custom_field_id).map(|field| field.name.clone());
        let items = value.items.iter().map(|item| {
            let all =
                [&item.custom_field_item, &item.person_id, &item.client_id, &item.team, &item.file_name];
            all.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
        });
        let text = value.value.clone().unwrap_or_else(|| items.collect::<Vec<_>>().join(", "));
        (name.unwrap_or_else(|| value.custom_field_id.to_string()), text)
    };
    ticket.custom_fields.iter().map(told).filter(|(_, text)| !text.is_empty()).collect()
}
