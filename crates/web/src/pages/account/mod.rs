//! `/account`: one's own password, sessions, language and time zone.

pub(crate) mod end_session;
pub(crate) mod password;
pub(crate) mod preferences;
pub(crate) mod show;

use crate::Shared;
use crate::error::Failure;
use crate::view::choices::{self, Choice};
use crate::view::faults::Faults;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use model::ids::SessionId;
use store::sessions::Session;

/// Sessions that are shown.
const SESSIONS: i64 = 100;

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    t: Words,
    must_change: bool,
    old_fault: Option<String>,
    new_fault: Option<String>,
    sessions: Vec<Row>,
    languages: Vec<Choice>,
    zone: String,
    zones: &'static [&'static str],
    /// What was wrong with language or time zone.
    faults: Faults,
}

/// A place where somebody is signed in.
struct Row {
    id: String,
    browser: String,
    source: String,
    seen: Instant,
    current: bool,
}

impl Account {
    /// The page as it stands, without faults.
    async fn read(app: &Shared, viewer: &Viewer) -> Result<Account, Failure> {
        let (now, life) = (app.engine.now(), app.engine.session_life());
        let when = (now, now.plus_ms(-life.idle_ms));
        let (reader, person) = (app.engine.reader(), viewer.caller.person_id());
        let domain = viewer.caller.domain;
        let found = store::sessions::page(&reader, domain, person, SessionId(0), when, SESSIONS).await?;
        let row = |session: Session| Row {
            id: session.id.to_string(),
            browser: session.user_agent,
            source: session.source,
            seen: Instant::new(&viewer.look, session.seen_at),
            current: session.id == viewer.session,
        };
        let t = viewer.look.words;
        Ok(Account {
            frame: Frame::new(viewer, t.say("my-account")),
            t,
            must_change: viewer.must_change,
            old_fault: None,
            new_fault: None,
            sessions: found.into_iter().map(row).collect(),
            languages: choices::languages(t, &viewer.preferences.language),
            zone: viewer.preferences.time_zone.clone(),
            zones: choices::ZONES,
            faults: Faults::default(),
        })
    }
}
