//! The part of the log's page that is kept up to date: counts by status, rows, where to go on, what could be sent again.

use super::LOG;
use super::filter::{Asked, query};
use super::row::Rows;
use crate::Shared;
use crate::cursor;
use crate::error::Failure;
use crate::form::Form;
use crate::view::status::{Status, counted, grouped};
use crate::view::{Viewer, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use futures_util::future::try_join;
use model::delivery::Shown;
use model::ids::DeliveryId;
use model::time::Timestamp;
use store::log::{Filter, LogRow, RESEND_MAX};
use store::tally::{Count, Tally};

/// Rows of a page.
const ROWS: usize = 50;
/// The name under which cursors of this list are made.
const LIST: &str = "log-page";

/// Counts and rows.
#[derive(Debug, Template)]
#[template(path = "webhook_log/part.html")]
pub(crate) struct Part {
    t: Words,
    /// Its own address.
    href: String,
    counts: Vec<CountLink>,
    rows: Rows,
    is_filtered: bool,
    newer: Option<String>,
    older: Option<String>,
    resend: Option<Offer>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Part {}

/// How many have a status, leading to them.
#[derive(Debug)]
struct CountLink {
    href: String,
    /// Sign and colour; none for all.
    status: Option<Status>,
    count: String,
    current: bool,
}

/// What could be sent again.
#[derive(Debug)]
struct Offer {
    href: String,
    sentence: String,
}

/// Which page of the log.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// The newest rows.
    Newest,
    /// The rows after this one.
    After(Timestamp, DeliveryId),
    /// The rows before this one.
    Before(Timestamp, DeliveryId),
}

impl Place {
    /// Takes it out of an address. What is no cursor of this list leads to the newest rows.
    pub(crate) fn read(form: &mut Form) -> Place {
        let mut key = |name| cursor::read(LIST, &form.text(name));
        match (key("after"), key("before")) {
            (Some([at, id]), _) => Place::After(Timestamp(at), DeliveryId(id)),
            (None, Some([at, id])) => Place::Before(Timestamp(at), DeliveryId(id)),
            (None, None) => Place::Newest,
        }
    }

    fn pair(self) -> Option<String> {
        match self {
            Place::Newest => None,
            Place::After(at, id) => Some(format!("after={}", cursor::write(LIST, [at.0, id.0]))),
            Place::Before(at, id) => Some(format!("before={}", cursor::write(LIST, [at.0, id.0]))),
        }
    }
}

/// The address of a page of the log.
fn address(filter: &Filter, place: Place) -> String {
    let parts: Vec<String> =
        [query(filter)].into_iter().chain(place.pair()).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { LOG.to_owned() } else { format!("{LOG}?{}", parts.join("&")) }
}

impl Part {
    /// Reads the rows and what is counted.
    pub(crate) async fn read(
        app: &Shared,
        viewer: &Viewer,
        asked: &Asked,
        place: Place,
    ) -> Result<Part, Failure> {
        let (reader, domain, filter) = (app.engine.reader(), viewer.caller.domain, &asked.filter);
        let tally = async { Ok::<_, Failure>(store::tally::by_status(&reader, domain, filter).await?) };
        let (tally, found) = try_join(tally, rows(app, viewer, filter, place)).await?;
        let resend = match filter.status {
            Some(Shown::Failed) => offer(app, viewer, filter).await?,
            _ => None,
        };
        Ok(Part {
            t: viewer.look.words,
            href: address(filter, place),
            counts: counts(viewer.look.words, filter, &tally),
            is_filtered: asked.is_any(),
            newer: found.newer.map(|place| address(filter, place)),
            older: found.older.map(|place| address(filter, place)),
            rows: Rows::new(app, viewer, found.rows),
            resend,
        })
    }
}

/// The rows of a page and its neighbours.
struct Found {
    rows: Vec<LogRow>,
    newer: Option<Place>,
    older: Option<Place>,
}

async fn rows(app: &Shared, viewer: &Viewer, filter: &Filter, place: Place) -> Result<Found, Failure> {
    let (reader, domain, more) = (app.engine.reader(), viewer.caller.domain, ROWS as i64 + 1);
    if let Place::Before(at, id) = place {
        let mut rows = store::log::page_before(&reader, domain, filter, (at, id), more).await?;
        // With fewer than a page's rows before it, the newest page is the one to show.
        if rows.len() > ROWS {
            rows.remove(0);
            let (newer, older) = (rows.first().map(before), rows.last().map(after));
            return Ok(Found { rows, newer, older });
        }
    }
    let key = if let Place::After(at, id) = place { Some((at, id)) } else { None };
    let mut rows = store::log::page(&reader, domain, filter, key, more).await?;
    let is_last = rows.len() <= ROWS;
    rows.truncate(ROWS);
    let older = rows.last().filter(|_| !is_last).map(after);
    let newer = key.map(|(at, id)| rows.first().map_or(Place::Before(at, id), before));
    Ok(Found { rows, newer, older })
}

fn after(row: &LogRow) -> Place {
    Place::After(row.updated_at, row.id)
}

fn before(row: &LogRow) -> Place {
    Place::Before(row.updated_at, row.id)
}

fn counts(t: Words, filter: &Filter, tally: &Tally) -> Vec<CountLink> {
    let mut all = Count::default();
    let mut links = Vec::with_capacity(Shown::ALL.len() + 1);
    for shown in Shown::ALL {
        let count = tally.of(shown);
        all = Count { rows: all.rows + count.rows, more: all.more || count.more };
        links.push(CountLink {
            href: address(&Filter { status: Some(shown), ..filter.clone() }, Place::Newest),
            status: Some(Status::new(t, shown)),
            count: counted(count),
            current: filter.status == Some(shown),
        });
    }
    let href = address(&Filter { status: None, ..filter.clone() }, Place::Newest);
    links.insert(0, CountLink { href, status: None, count: counted(all), current: filter.status.is_none() });
    links
}

/// The offer to send again what failed; none when nothing did.
async fn offer(app: &Shared, viewer: &Viewer, filter: &Filter) -> Result<Option<Offer>, Failure> {
    let count = app.engine.count_resendable(&viewer.caller, filter).await?;
    let sentence = viewer.look.words.two("log-resend-matching", "count", count, "shown", resendable(count));
    Ok((count > 0).then(|| Offer { href: format!("{LOG}/resend?{}", query(filter)), sentence }))
}

/// A count of what could be sent again, as shown.
pub(crate) fn resendable(count: i64) -> String {
    if count > RESEND_MAX { format!("{}+", grouped(RESEND_MAX)) } else { grouped(count) }
}
