//! `GET /search?q=`: what the top bar finds: a ticket by its number, else a few tickets by subject, triggers and people by
//! name, receivers by URL, as far as somebody may see them.

use super::tickets::find::{Extent, Wanted, find, number, seen};
use super::tickets::list::Row;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::mask::mask_url;
use crate::view::page::go;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;
use model::ids::EndpointId;
use model::text::fold;
use store::people::Filter;

/// Rows of each kind.
const ROWS: usize = 5;
/// Tickets that are looked at.
const LOOK_AT: usize = 1_000;
/// Receivers that are looked at.
const ENDPOINTS: i64 = 500;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    frame: Frame,
    t: Words,
    q: String,
    rows: Vec<Row>,
    /// How many tickets were looked at, in a sentence; empty when all were.
    gave_up: String,
    is_agent: bool,
    groups: Vec<Group>,
}

/// What was found of one kind.
struct Group {
    title: String,
    links: Vec<Link>,
}

struct Link {
    href: String,
    label: String,
    /// More to tell it by; may be empty.
    beside: String,
}

/// Leads to the ticket with that number, or shows what was found.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    let q = Form::of(uri.query().unwrap_or_default()).text("q").trim().to_owned();
    let asked = number(&q);
    if let Some(number) = asked
        && seen(&app, &viewer.caller, number).await?.is_some()
    {
        return Ok(go(&super::tickets::address(number)));
    }
    let t = viewer.look.words;
    let mut found = Page {
        frame: Frame::new(&viewer, t.say("search-title")),
        t,
        rows: Vec::new(),
        gave_up: String::new(),
        is_agent: !viewer.caller.is_only_client(),
        groups: Vec::new(),
        q,
    };
    found.frame.searched.clone_from(&found.q);
    if !found.q.is_empty() {
        if asked.is_none() {
            found.tickets(&app, &viewer).await?;
        }
        let groups = [
            triggers(&app, &viewer, &found.q).await?,
            people(&app, &viewer, &found.q).await?,
            receivers(&app, &viewer, &found.q).await?,
        ];
        found.groups = groups.into_iter().filter(|group| !group.links.is_empty()).collect();
    }
    page(&found)
}

impl Page {
    async fn tickets(&mut self, app: &Shared, viewer: &Viewer) -> Result<(), Failure> {
        let wanted = Wanted { search: self.q.clone(), ..Wanted::default() };
        let extent = Extent { after: None, rows: ROWS, look_at: LOOK_AT };
        let found = find(app, &viewer.caller, &wanted, extent).await?;
        let told = |count| self.t.one("tickets-looked-at", "count", count);
        self.gave_up = found.gave_up_after.map_or_else(String::new, told);
        self.rows = found.tickets.into_iter().map(|ticket| Row::new(&viewer.look, ticket)).collect();
        Ok(())
    }
}

async fn triggers(app: &Shared, viewer: &Viewer, q: &str) -> Result<Group, Failure> {
    let title = viewer.look.words.say("menu-triggers");
    if viewer.require(Grant::AllowCreatingTriggers).is_err() {
        return Ok(Group { title, links: Vec::new() });
    }
    let all = store::triggers::all(&app.engine.reader(), viewer.caller.domain).await?;
    let needle = fold(q);
    let fits = all.into_iter().filter(|trigger| fold(&trigger.draft.name).contains(&*needle));
    let link = |trigger: model::trigger::Trigger| Link {
        href: format!("/settings/automation/triggers/{}", trigger.id),
        label: trigger.draft.name,
        beside: String::new(),
    };
    Ok(Group { title, links: fits.take(ROWS).map(link).collect() })
}

async fn people(app: &Shared, viewer: &Viewer, q: &str) -> Result<Group, Failure> {
    let title = viewer.look.words.say("menu-people-list");
    if viewer.require(Grant::AllowReadingPeople).is_err() {
        return Ok(Group { title, links: Vec::new() });
    }
    let is_address = q.contains('@');
    let filter = Filter {
        name: if is_address { String::new() } else { q.to_owned() },
        email: is_address.then(|| q.to_owned()),
        ..Filter::default()
    };
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let found = store::people::list(&reader, domain, &filter, None, ROWS as i64).await?;
    let link = |person: model::person_record::Person| Link {
        href: super::people::address(&person.reference.id),
        label: person.reference.business_name,
        beside: person.reference.email,
    };
    Ok(Group { title, links: found.into_iter().map(link).collect() })
}

/// Receivers, each leading to its deliveries. Query values of URLs are secrets: nothing is found by them.
async fn receivers(app: &Shared, viewer: &Viewer, q: &str) -> Result<Group, Failure> {
    let title = viewer.look.words.say("search-deliveries");
    if viewer.require(Grant::AllowCreatingTriggers).is_err() {
        return Ok(Group { title, links: Vec::new() });
    }
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let found = store::endpoints::page(&reader, domain, EndpointId(i64::MIN), ENDPOINTS).await?;
    let needle = fold(q);
    let shown = found.into_iter().map(|row| (row.id, mask_url(&row.url)));
    let fits = shown.filter(|(_, url)| fold(url).contains(&*needle));
    let link = |(id, label): (EndpointId, String)| Link {
        href: format!("{}?endpoint={id}", super::webhook_log::LOG),
        label,
        beside: String::new(),
    };
    Ok(Group { title, links: fits.take(ROWS).map(link).collect() })
}
