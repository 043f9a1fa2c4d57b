//! `/settings/account/keys`: the keys that programs show.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod rotate;

use crate::Shared;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use model::fault::Fault;
use model::ids::KeyId;
use store::keys::ApiKey;

/// Rows of a page.
const ROWS: usize = 50;
/// The name under which cursors of this list are made.
const LIST: &str = "keys-page";
/// The address.
const PATH: &str = "/settings/account/keys";

#[derive(Template)]
#[template(path = "keys.html")]
struct Keys {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    next: Option<String>,
    /// A key that was just made: shown this once.
    made: Option<(String, String)>,
    /// What was typed for a new key, and what was wrong with it.
    new: NewForm,
    profiles: Vec<String>,
    open: bool,
}

/// What somebody typed to make a key.
#[derive(Default)]
struct NewForm {
    name: String,
    person: String,
    profile: String,
    expires: String,
    faults: Vec<Fault>,
}

/// A key as it stands.
struct Row {
    id: String,
    name: String,
    person: String,
    profile: Option<String>,
    last_used: Option<Instant>,
    expires: Option<Instant>,
    has_expired: bool,
}

impl NewForm {
    /// The fault of a field, if it has one.
    fn fault(&self, t: &Words, field: &str) -> Option<String> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| t.text(&fault.message))
    }
}

impl Keys {
    /// The page as it stands.
    async fn read(app: &Shared, viewer: &Viewer, cursor: &str) -> Result<Keys, Failure> {
        let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
        let after = cursor::read(LIST, cursor).map_or(KeyId(i64::MIN), |[id]| KeyId(id));
        let found = store::keys::page(&reader, domain, after, ROWS as i64 + 1).await?;
        let Page { items, next_cursor } = Page::of(LIST, found, ROWS, |key: &ApiKey| [key.id.0], |key| key);
        let (now, directory) = (app.engine.now(), app.engine.directory(domain));
        let instant = |at| Instant::new(&viewer.look, at);
        let row = |key: ApiKey| Row {
            last_used: key.last_used_at.max(app.engine.key_last_used(&key)).map(instant),
            has_expired: key.expires_at.is_some_and(|end| end <= now),
            expires: key.expires_at.map(instant),
            id: key.id.to_string(),
            name: key.name,
            person: key.person_id,
            profile: key
                .access_profile
                .and_then(|id| directory.profile(id))
                .map(|profile| profile.name.clone()),
        };
        let t = viewer.look.words;
        Ok(Keys {
            frame: Frame::new(viewer, t.say("menu-keys")).under("settings").under("menu-account"),
            t,
            rows: items.into_iter().map(row).collect(),
            next: next_cursor,
            made: None,
            new: NewForm { person: viewer.caller.person_id().to_owned(), ..NewForm::default() },
            profiles: directory.profiles.iter().map(|profile| profile.name.clone()).collect(),
            open: false,
        })
    }
}
