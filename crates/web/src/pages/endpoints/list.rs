//! `GET /settings/automation/endpoints`: one row for each receiving URL.

use crate::Shared;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::form::Form;
use crate::mask::mask_url;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use futures_util::future::try_join_all;
use http::Uri;
use model::access_profile::Grant;
use model::ids::EndpointId;
use model::notice::NoticeKind;
use store::endpoints::EndpointRow;

/// Rows of a page.
const ROWS: usize = 50;
/// How far back given-up deliveries are counted: 24 h.
const COUNTED_MS: i64 = 24 * 60 * 60 * 1_000;
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
    waiting: i64,
}

/// How an endpoint does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Healthy,
    Failing,
    Paused,
}

impl Health {
    fn message(self, t: Words) -> String {
        match self {
            Health::Healthy => t.say("endpoint-healthy"),
            Health::Failing => t.say("endpoint-failing"),
            Health::Paused => t.say("endpoint-paused"),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Health::Healthy => "good",
            Health::Failing => "bad",
            Health::Paused => "warn",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Health::Healthy => "✓",
            Health::Failing => "✕",
            Health::Paused => "❚❚",
        }
    }
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
    let counts = store::endpoints::counts(&reader, row.domain, row.id, now.plus_ms(-COUNTED_MS)).await?;
    let failing = || {
        let subject = row.id.to_string();
        let reader = reader.clone();
        async move { store::notices::is_open(&reader, row.domain, NoticeKind::WebhookFailing, &subject).await }
    };
    let health = match row.paused {
        true => Health::Paused,
        false if failing().await? => Health::Failing,
        false => Health::Healthy,
    };
    Ok(Row {
        id: row.id.to_string(),
        url: mask_url(&row.url),
        health,
        last_delivered: row.last_delivered_at.map(|at| Instant::new(&viewer.look, at)),
        failed: counts.failed,
        waiting: counts.waiting,
    })
}
