//! `GET /settings/automation/endpoints/{id}`: one receiving URL.

use super::LIST;
use crate::Shared;
use crate::error::Failure;
use crate::health::{COUNTED_MS, Health};
use crate::mask::mask_url;
use crate::pages::webhook_log::LOG;
use crate::pages::webhook_log::row::Rows;
use crate::path::Id;
use crate::view::page::{own_path, wants_part};
use crate::view::status::counted;
use crate::view::stored::Stored;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use model::access_profile::Grant;
use model::ids::EndpointId;
use store::endpoints::EndpointRow;
use store::log::Filter;
use store::tally::{Count, TALLY_MAX};

/// Newest deliveries that are shown.
const ROWS: i64 = 10;

#[derive(Template)]
#[template(path = "endpoint.html")]
struct Endpoint {
    frame: Frame,
    t: Words,
    part: Part,
    id: EndpointId,
    /// Until when the secret before signs too.
    previous_until: Option<Instant>,
}

/// What is kept up to date.
#[derive(Template)]
#[template(path = "endpoints/part.html")]
struct Part {
    t: Words,
    id: EndpointId,
    /// The whole URL: whoever sees this page may make triggers.
    url: String,
    health: Health,
    pause_reason: Stored,
    waiting: String,
    failed: String,
    /// The log of what failed within the time that is counted.
    failed_href: String,
    last_delivered: Option<Instant>,
    created: Instant,
    rows: Rows,
}

/// Its template escapes what it holds.
impl HtmlSafe for Part {}

/// Shows the endpoint, or the part of it that is kept up to date.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<EndpointId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let row = store::endpoints::find(&app.engine.reader(), viewer.caller.domain, id).await?;
    let row = row.ok_or_else(|| Failure::missing(format_args!("endpoint {id}")))?;
    let previous = row.previous_secret.as_ref().map(|(_, until)| *until);
    let previous_until = previous.filter(|until| *until > app.engine.now());
    let (t, title) = (viewer.look.words, mask_url(&row.url));
    let part = read(&app, &viewer, row).await?;
    if wants_part(&headers) {
        return page(&part);
    }
    let frame = Frame::new(&viewer, title)
        .under("settings")
        .under("menu-automation")
        .under_page("menu-endpoints", LIST);
    let previous_until = previous_until.map(|until| Instant::new(&viewer.look, until));
    page(&Endpoint { frame, t, part, id, previous_until })
}

async fn read(app: &Shared, viewer: &Viewer, row: EndpointRow) -> Result<Part, Failure> {
    let (reader, since) = (app.engine.reader(), app.engine.now().plus_ms(-COUNTED_MS));
    let counts = store::endpoints::counts(&reader, row.domain, row.id, since).await?;
    let filter = Filter { endpoint: Some(row.id), ..Filter::default() };
    let rows = store::log::page(&reader, row.domain, &filter, None, ROWS).await?;
    let count = |rows: i64| counted(Count { rows: rows.min(TALLY_MAX), more: rows > TALLY_MAX });
    let t = viewer.look.words;
    Ok(Part {
        t,
        id: row.id,
        health: Health::read(app, &row).await?,
        pause_reason: Stored::new(t, &row.pause_reason),
        waiting: count(counts.waiting),
        failed: count(counts.failed),
        failed_href: format!("{LOG}?status=failed&endpoint={}&since={since}", row.id),
        last_delivered: row.last_delivered_at.map(|at| Instant::new(&viewer.look, at)),
        created: Instant::new(&viewer.look, row.created_at),
        rows: Rows::new(app, viewer, rows),
        url: row.url,
    })
}

/// Where a form of the endpoint leads back to: where it stood, else the list.
pub(super) fn back(given: &str, id: EndpointId) -> String {
    let own = format!("{LIST}/{id}");
    if own_path(given) == own { own } else { LIST.to_owned() }
}
