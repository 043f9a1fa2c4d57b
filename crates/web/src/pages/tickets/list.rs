//! `GET /tickets`: the tickets that somebody sees, the one last changed first, with its filters in the address.

use super::find::{Extent, Found, OPEN, Owner, Wanted, find};
use super::status::TicketStatus;
use crate::Shared;
use crate::cursor;
use crate::error::Failure;
use crate::form::Form;
use crate::view::choices::Choice;
use crate::view::time::Instant;
use crate::view::{Frame, Look, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;
use model::ticket::Ticket;
use store::ticket_search::Place;
use url::form_urlencoded::Serializer;

/// Rows of a page.
const ROWS: usize = 50;
/// Tickets that one page looks at.
const LOOK_AT: usize = 2_000;
/// The name under which cursors of this list are made.
const LIST: &str = "tickets-page";

#[derive(Template)]
#[template(path = "tickets/list.html")]
struct Tickets {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    wanted: Wanted,
    statuses: Vec<Choice>,
    owners: Vec<Choice>,
    teams: Vec<Choice>,
    /// The query of the next page.
    next: Option<String>,
    /// How many tickets were looked at, in a sentence; empty when all were.
    gave_up: String,
    /// Whether any filter is set.
    narrow: bool,
    /// Clients have no use for owners and teams.
    is_agent: bool,
    may_write: bool,
}

/// A ticket of a list.
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) subject: String,
    pub(crate) status: TicketStatus,
    pub(crate) urgency: String,
    pub(crate) owner: String,
    pub(crate) team: String,
    pub(crate) client: String,
    pub(crate) updated: Instant,
}

impl Row {
    /// The ticket as this reader reads it.
    pub(crate) fn new(look: &Look, ticket: Ticket) -> Row {
        let subject = match ticket.subject.trim().is_empty() {
            true => look.words.say("ticket-no-subject"),
            false => ticket.subject.clone(),
        };
        Row {
            number: ticket.number,
            subject,
            status: TicketStatus::of(&ticket),
            updated: Instant::new(look, ticket.updated_at),
            owner: ticket.owner.map(|owner| owner.business_name).unwrap_or_default(),
            client: ticket.clients.into_iter().next().map(|one| one.business_name).unwrap_or_default(),
            urgency: ticket.urgency,
            team: ticket.owner_team,
        }
    }
}

/// Shows a page of tickets.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    let mut query = Form::of(uri.query().unwrap_or_default());
    let wanted = read(&mut query);
    let after = cursor::read(LIST, &query.text("cursor")).map(|[number, created, updated]| Place {
        number,
        created,
        updated,
    });
    let extent = Extent { after, rows: ROWS, look_at: LOOK_AT };
    let Found { tickets, next, gave_up_after } = find(&app, &viewer.caller, &wanted, extent).await?;
    let t = viewer.look.words;
    let asked = address(&wanted);
    let next = next.map(|place| {
        let cursor = cursor::write(LIST, [place.number, place.created, place.updated]);
        Serializer::new(asked.clone()).append_pair("cursor", &cursor).finish()
    });
    page(&Tickets {
        frame: Frame::new(&viewer, t.say("menu-tickets")),
        t,
        rows: tickets.into_iter().map(|ticket| Row::new(&viewer.look, ticket)).collect(),
        statuses: statuses(&app, &viewer, &wanted.status),
        owners: owners(t, wanted.owner),
        teams: teams(&app, &viewer, &wanted.team),
        next,
        gave_up: gave_up_after.map_or_else(String::new, |count| t.one("tickets-looked-at", "count", count)),
        narrow: !asked.is_empty(),
        is_agent: !viewer.caller.is_only_client(),
        may_write: viewer.caller.require(Grant::AllowWritingTickets).is_ok(),
        wanted,
    })
}

/// The filters of an address.
fn read(query: &mut Form) -> Wanted {
    Wanted {
        search: query.text("search").trim().to_owned(),
        status: query.text("status"),
        owner: match query.text("owner").as_str() {
            "me" => Owner::Me,
            "none" => Owner::Nobody,
            _ => Owner::Any,
        },
        team: query.text("team"),
    }
}

/// The filters as an address has them.
fn address(wanted: &Wanted) -> String {
    let mut query = Serializer::new(String::new());
    let owner = match wanted.owner {
        Owner::Any => "",
        Owner::Me => "me",
        Owner::Nobody => "none",
    };
    let all = [
        ("search", wanted.search.as_str()),
        ("status", &wanted.status),
        ("owner", owner),
        ("team", &wanted.team),
    ];
    for (name, value) in all {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

fn statuses(app: &Shared, viewer: &Viewer, current: &str) -> Vec<Choice> {
    let words = app.engine.classification(viewer.caller.domain);
    let t = viewer.look.words;
    let fixed = [(String::new(), t.say("any")), (OPEN.to_owned(), t.say("tickets-open"))];
    let named = words.statuses.iter().map(|status| (status.name.clone(), status.name.clone()));
    let choice = |(value, label): (String, String)| Choice { chosen: value == current, value, label };
    fixed.into_iter().chain(named).map(choice).collect()
}

fn owners(t: Words, current: Owner) -> Vec<Choice> {
    let known = [
        ("", Owner::Any, t.say("any")),
        ("me", Owner::Me, t.say("tickets-owner-me")),
        ("none", Owner::Nobody, t.say("tickets-owner-none")),
    ];
    known
        .into_iter()
        .map(|(value, owner, label)| Choice { value: value.into(), label, chosen: owner == current })
        .collect()
}

fn teams(app: &Shared, viewer: &Viewer, current: &str) -> Vec<Choice> {
    let directory = app.engine.directory(viewer.caller.domain);
    let any = (String::new(), viewer.look.words.say("any"));
    let named = directory.teams.iter().map(|team| (team.name.clone(), team.name.clone()));
    let choice = |(value, label): (String, String)| Choice { chosen: value == current, value, label };
    std::iter::once(any).chain(named).map(choice).collect()
}
