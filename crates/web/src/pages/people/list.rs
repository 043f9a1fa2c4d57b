//! `GET /settings/people`: people by name.

use crate::Shared;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::form::Form;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;
use model::person_record::Person;
use store::people::{Filter, key};
use url::form_urlencoded::Serializer;

/// Rows of a page.
const ROWS: usize = 50;
/// The name under which cursors of this list are made.
const LIST: &str = "people-page";

#[derive(Template)]
#[template(path = "people/list.html")]
struct People {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    /// The address of the next page.
    next: Option<String>,
    search: String,
    /// Names of the profiles, and whether each is the one that is looked for.
    profiles: Vec<(String, bool)>,
    /// `yes`, `no`, or empty for both.
    active: String,
    may_write: bool,
}

/// A person as the list shows them.
struct Row {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    profile: String,
    active: bool,
}

/// Shows a page of people. What is searched for is the beginning of a name, or an e-mail address.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowReadingPeople)?;
    let mut query = Form::of(uri.query().unwrap_or_default());
    let search = query.text("search").trim().to_owned();
    let (profile, active) = (query.text("profile"), query.text("active"));
    let (domain, directory) = (viewer.caller.domain, app.engine.directory(viewer.caller.domain));
    let is_address = search.contains('@');
    let filter = Filter {
        name: if is_address { String::new() } else { search.clone() },
        email: is_address.then(|| search.clone()),
        profile: directory.profile_named(&profile).map(|profile| profile.id),
        is_active: match active.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
    };
    let after = cursor::read_texts(LIST, &query.text("cursor"));
    let found = store::people::list(&app.engine.reader(), domain, &filter, after, ROWS as i64 + 1).await?;
    let row = |person: Person| Row {
        name: person.reference.business_name,
        email: person.reference.email,
        role: super::fields::role_message(person.reference.profile_type),
        profile: directory
            .profile(person.access_profile)
            .map(|profile| profile.name.clone())
            .unwrap_or_default(),
        active: person.is_active,
        id: person.reference.id,
    };
    let Page { items, next_cursor } = Page::by_text(LIST, found, ROWS, key, row);
    let next = next_cursor.map(|cursor| {
        let mut query = Serializer::new(String::new());
        query.append_pair("search", &search).append_pair("profile", &profile).append_pair("active", &active);
        query.append_pair("cursor", &cursor).finish()
    });
    let t = viewer.look.words;
    page(&People {
        frame: Frame::new(&viewer, t.say("menu-people-list")).under("settings"),
        t,
        rows: items,
        next,
        search,
        profiles: directory
            .profiles
            .iter()
            .map(|known| (known.name.clone(), known.name == profile))
            .collect(),
        active,
        may_write: viewer.caller.require(Grant::AllowWritingPeople).is_ok(),
    })
}
