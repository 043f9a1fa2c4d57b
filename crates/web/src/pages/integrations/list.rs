//! `GET /settings/account/integrations`: all integrations, by name.

use super::health::{Health, WayView};
use super::{PATH, address};
use crate::Shared;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::form::Form;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use futures_util::future::try_join_all;
use http::Uri;
use model::text::fold;
use std::sync::Arc;
use store::integrations::Half;

/// Rows of a page.
const ROWS: usize = 50;
/// The name under which cursors of this list are made.
const LIST: &str = "integrations-page";

#[derive(Template)]
#[template(path = "integrations/list.html")]
struct Integrations {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    next: Option<String>,
}

/// An integration as it stands.
struct Row {
    href: String,
    name: String,
    url: String,
    health: Health,
    /// What this side tells; none when it tells nothing.
    way: Option<WayView>,
}

/// Shows a page of the integrations. The other sides are not asked.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    let mut found = app.engine.integrations(&viewer.caller)?;
    let cursor = Form::of(uri.query().unwrap_or_default()).text("cursor");
    let after = cursor::read_texts(LIST, &cursor);
    let key = |half: &Arc<Half>| (fold(&half.name).into_owned(), half.id.to_string());
    found.sort_by_key(key);
    found.retain(|half| after.as_ref().is_none_or(|after| key(half) > *after));
    let Page { items, next_cursor } = Page::by_text(LIST, found, ROWS, key, |half| half);
    let t = viewer.look.words;
    let rows = try_join_all(items.into_iter().map(|half| read(&app, t, half))).await?;
    let frame = Frame::new(&viewer, t.say("menu-integrations")).under("settings").under("menu-account");
    page(&Integrations { frame, t, rows, next: next_cursor.map(|cursor| format!("{PATH}?cursor={cursor}")) })
}

async fn read(app: &Shared, t: Words, half: Arc<Half>) -> Result<Row, Failure> {
    let standing = app.engine.standing(&half).await?;
    let way = WayView::new(t, &standing.way, app.engine.now());
    Ok(Row {
        href: address(half.id),
        name: half.name.clone(),
        url: half.settings.url.clone(),
        health: Health::of(half.enabled, !standing.drift.is_empty(), &standing.way),
        way: half.settings.tells().then_some(way),
    })
}
