//! `GET /settings/people/access-profiles`.

use super::PATH;
use super::view::user_type_message;
use crate::Shared;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::form::Form;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::{AccessProfile, Grant};

/// Rows of a page.
const ROWS: usize = 100;
/// The name under which cursors of this list are made.
const LIST: &str = "access-profiles-page";

#[derive(Template)]
#[template(path = "access_profiles/list.html")]
struct Profiles {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: String,
    name: String,
    user_type: &'static str,
    is_default: bool,
    /// Parameters that are on.
    on: usize,
}

/// Shows the profiles by name.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingAccessProfiles)?;
    let cursor = Form::of(uri.query().unwrap_or_default()).text("cursor");
    let start =
        cursor::read(LIST, &cursor).map_or(0, |[at]| usize::try_from(at.saturating_add(1)).unwrap_or(0));
    let directory = app.engine.directory(viewer.caller.domain);
    let found: Vec<(i64, &AccessProfile)> =
        (0..).zip(&directory.profiles).skip(start).take(ROWS + 1).collect();
    let row = |(_, profile): (i64, &AccessProfile)| Row {
        id: profile.id.to_string(),
        name: profile.name.clone(),
        user_type: user_type_message(profile.user_type),
        is_default: profile.is_default,
        on: profile.grants.len(),
    };
    let Page { items, next_cursor } = Page::of(LIST, found, ROWS, |(at, _)| [*at], row);
    let t = viewer.look.words;
    let frame = Frame::new(&viewer, t.say("menu-access-profiles")).under("settings").under("menu-people");
    page(&Profiles {
        frame,
        t,
        rows: items,
        next: next_cursor.map(|cursor| format!("{PATH}?cursor={cursor}")),
    })
}
