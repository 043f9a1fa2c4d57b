//! `POST /tickets/{number}/counterpart`: opens, links or parts a ticket's counterpart in another domain; and the part of the
//! ticket's page that shows its counterparts.

use super::address;
use super::show::seen;
use super::view::{Page, Parts};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::pages::integrations;
use crate::path::Id;
use crate::view::faults::{Faults, refusal};
use crate::view::page::{go_with_note, page_with};
use crate::view::stored::Stored;
use crate::view::{Viewer, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use model::access_profile::Grant;
use model::fault::Fault;
use model::ids::IntegrationId;
use model::ticket::{Ticket, TicketLink};
use model::wording::Text;

/// The counterparts of a ticket, and the form for another one.
#[derive(Template)]
#[template(path = "tickets/counterparts.html")]
pub(super) struct Counterparts {
    t: Words,
    address: String,
    shown: Vec<Shown>,
    may_write: bool,
    /// Integrations by which it can get one: identity and name.
    choices: Vec<(String, String)>,
    /// The number that was typed.
    pub(super) number: String,
    /// What is wrong with it.
    pub(super) fault: String,
}

/// A counterpart.
struct Shown {
    id: String,
    /// The integration's name; none once it was removed.
    name: Option<String>,
    /// The integration's page; empty for those who may not open it.
    keeper: String,
    enabled: bool,
    number: i64,
    /// The ticket's page over there; empty where it stands under the same address as this one's.
    href: String,
    status: String,
    /// What of its last change was not taken over.
    note: Stored,
}

/// Its template escapes what it holds.
impl HtmlSafe for Counterparts {}

impl Counterparts {
    /// What an agent sees; none when the domain has nothing to do with another one.
    pub(super) fn of(app: &Shared, viewer: &Viewer, ticket: &Ticket) -> Option<Counterparts> {
        if viewer.caller.is_only_client() {
            return None;
        }
        let shown: Vec<Shown> = ticket.links.iter().map(|link| Shown::of(app, viewer, link)).collect();
        let may_add = !ticket.is_deleted;
        let known = app.engine.counterpart_choices(&viewer.caller).unwrap_or_default();
        let free = known.into_iter().filter(|choice| may_add && ticket.link(choice.id).is_none());
        let choices: Vec<_> = free.map(|choice| (choice.id.to_string(), choice.name)).collect();
        (!shown.is_empty() || !choices.is_empty()).then(|| Counterparts {
            t: viewer.look.words,
            address: address(ticket.number),
            shown,
            may_write: may_add && viewer.require(Grant::AllowWritingTickets).is_ok(),
            choices,
            number: String::new(),
            fault: String::new(),
        })
    }
}

impl Shown {
    fn of(app: &Shared, viewer: &Viewer, link: &TicketLink) -> Shown {
        let other = app.engine.linked_domain(viewer.caller.domain, link.integration);
        let may_open = other.is_some() && viewer.require(Grant::AllowManagingIntegrations).is_ok();
        let url = other.as_ref().map(|other| other.url.as_str()).filter(|url| *url != app.public_url);
        Shown {
            id: link.integration.to_string(),
            keeper: if may_open { integrations::address(link.integration) } else { String::new() },
            enabled: other.as_ref().is_some_and(|other| other.enabled),
            number: link.number,
            href: url.map_or_else(String::new, |url| format!("{url}{}", address(link.number))),
            status: link.status.clone(),
            note: Stored::new(viewer.look.words, &link.note),
            name: other.map(|other| other.name),
        }
    }
}

/// Opens the counterpart over there, links the one whose number was typed, or parts the ticket from the one that it has.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(number): Id<i64>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingTickets)?;
    let ticket = seen(&app, &viewer, number).await?;
    let t = viewer.look.words;
    let (integration, typed) = (form.text("integration"), form.text("number").trim().to_owned());
    let wish = form.text("do");
    let links = wish == "link";
    let done = match (integration.parse::<IntegrationId>(), typed.parse::<i64>().ok().filter(|it| *it > 0)) {
        (Err(_), _) => Err(Error::invalid("integration", Text::given(t.say("counterpart-which")))),
        (Ok(id), _) if wish == "part" => app.engine.remove_counterpart(&viewer.caller, number, id).await,
        (_, None) if links => Err(Error::invalid("number", Text::given(t.say("counterpart-which-number")))),
        (Ok(id), theirs) => {
            let theirs = theirs.filter(|_| links);
            app.engine.add_counterpart(&viewer.caller, number, id, theirs).await.map(drop)
        }
    };
    let (status, why) = match done {
        Ok(()) => {
            let note = match wish.as_str() {
                "link" => "counterpart-linked",
                "part" => "counterpart-parted",
                _ => "counterpart-opened",
            };
            return Ok(go_with_note(&address(number), note));
        }
        Err(error) => refusal(t, error)?,
    };
    let mut page = Page::of(&app, &viewer, &ticket, Parts::default()).await?;
    page.faults = Faults(vec![Fault::new("counterpart", Text::given(why.clone()))]);
    if let Some(counterparts) = &mut page.counterparts {
        (counterparts.number, counterparts.fault) = (typed, why);
    }
    page_with(status, &page)
}
