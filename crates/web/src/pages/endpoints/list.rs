//! `GET /settings/automation/endpoints`: one row for each receiving URL.

use crate::Shared;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::form::Form;
use crate::health::{COUNTED_MS, Health};
use crate::mask::mask_url;
use crate::pages::webhook_log::LOG;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use futures_util::future::try_join_all;
use http::Uri;
use model::access_profile::Grant;
use model::ids::EndpointId;
use store::endpoints::EndpointRow;

/// Rows of a page.
const ROWS: usize = 50;
/// The name under which cursors of this list are made.
const LIST: &str = "endpoints-page";

#[derive(Template)]
#[template(path = "endpoints.html")]
struct Endpoints {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    next: Option<String>,
}

/// An endpoint as it stands.
struct Row {
    id: String,
    url: String,
    health: Health,
    last_delivered: Option<Instant>,
    failed: i64,
    /// The log of what failed within the time that is counted.
    failed_href: String,
    waiting: i64,
}

/// Shows a page of the endpoints, oldest first.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let cursor = Form::of(uri.query().unwrap_or_default()).text("cursor");
    let after = cursor::read(LIST, &cursor).map_or(EndpointId(i64::MIN), |[id]| EndpointId(id));
    let reader = app.engine.reader();
    let found = store::endpoints::page(&reader, viewer.caller.domain, after, ROWS as i64 + 1).await?;
    let Page { items, next_cursor } = Page::of(LIST, found, ROWS, |row: &EndpointRow| [row.id.0], |row| row);
    let rows = try_join_all(items.into_iter().map(|row| read(&app, &viewer, row))).await?;
    let t = viewer.look.words;
    let frame = Frame::new(&viewer, t.say("menu-endpoints")).under("settings").under("menu-automation");
    page(&Endpoints { frame, t, rows, next: next_cursor })
}

async fn read(app: &Shared, viewer: &Viewer, row: EndpointRow) -> Result<Row, Failure> {
    let (reader, now) = (app.engine.reader(), app.engine.now());
    let since = now.plus_ms(-COUNTED_MS);
    let counts = store::endpoints::counts(&reader, row.domain, row.id, since).await?;
    Ok(Row {
        health: Health::read(app, &row).await?,
        id: row.id.to_string(),
        url: mask_url(&row.url),
        last_delivered: row.last_delivered_at.map(|at| Instant::new(&viewer.look, at)),
        failed: counts.failed,
        failed_href: format!("{LOG}?status=failed&endpoint={}&since={since}", row.id),
        waiting: counts.waiting,
    })
}
