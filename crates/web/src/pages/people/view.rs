//! The page of one person, new or known.

use super::fields::Fields;
use super::{PATH, address};
use crate::Shared;
use crate::error::Failure;
use crate::view::choices::{self, Choice};
use crate::view::faults::Faults;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use model::access_profile::{Grant, UserType};
use model::ids::SessionId;
use model::person_record::Person;

/// Sessions that are counted, at most.
const SESSIONS: i64 = 100;

#[derive(Template)]
#[template(path = "people/person.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    pub(super) t: Words,
    /// Where the form goes.
    pub(super) action: String,
    pub(super) is_new: bool,
    pub(super) fields: Fields,
    pub(super) faults: Faults,
    /// Names of the profiles of each user type.
    pub(super) agents: Vec<String>,
    pub(super) customers: Vec<String>,
    /// Teams that can be chosen or are.
    pub(super) teams: Vec<String>,
    pub(super) languages: Vec<Choice>,
    pub(super) zones: &'static [&'static str],
    pub(super) may_write: bool,
    /// Places where the person is signed in.
    pub(super) sessions: i64,
    /// The password that was just made: shown this once.
    pub(super) made: Option<String>,
    pub(super) password_faults: Faults,
}

impl Page {
    /// The page of somebody new.
    pub(super) fn new(app: &Shared, viewer: &Viewer, fields: Fields) -> Page {
        Page::with(app, viewer, fields, None, 0)
    }

    /// The page of somebody known.
    pub(super) async fn of(app: &Shared, viewer: &Viewer, person: &Person) -> Result<Page, Failure> {
        let (now, life) = (app.engine.now(), app.engine.session_life());
        let (reader, domain, id) = (app.engine.reader(), viewer.caller.domain, &person.reference.id);
        let when = (now, now.plus_ms(-life.idle_ms));
        let sessions = store::sessions::page(&reader, domain, id, SessionId(0), when, SESSIONS).await?;
        let fields = Fields::of(person, &app.engine.directory(domain));
        Ok(Page::with(app, viewer, fields, Some(person), sessions.len() as i64))
    }

    fn with(app: &Shared, viewer: &Viewer, fields: Fields, known: Option<&Person>, sessions: i64) -> Page {
        let (t, directory) = (viewer.look.words, app.engine.directory(viewer.caller.domain));
        let title =
            known.map_or_else(|| t.say("person-new"), |person| person.reference.business_name.clone());
        let names = |user_type: UserType| {
            let fitting = directory.profiles.iter().filter(|profile| profile.user_type == user_type);
            fitting.map(|profile| profile.name.clone()).collect()
        };
        let has = |name: &String| fields.teams.contains(name);
        let teams = directory.teams.iter().filter(|team| team.is_active || has(&team.name));
        Page {
            frame: Frame::new(viewer, title).under("settings").under_page("menu-people-list", PATH),
            t,
            action: known.map_or_else(|| format!("{PATH}/new"), |person| address(&person.reference.id)),
            is_new: known.is_none(),
            faults: Faults::default(),
            agents: names(UserType::Agents),
            customers: names(UserType::Customers),
            teams: teams.map(|team| team.name.clone()).collect(),
            languages: choices::languages(t, &fields.language),
            zones: choices::ZONES,
            may_write: viewer.caller.require(Grant::AllowWritingPeople).is_ok(),
            sessions,
            made: None,
            password_faults: Faults::default(),
            fields,
        }
    }
}

/// The person with this reference code.
pub(super) async fn find(app: &Shared, viewer: &Viewer, id: &str) -> Result<Person, Failure> {
    let found = store::people::find(&app.engine.reader(), viewer.caller.domain, id).await?;
    found.ok_or_else(|| Failure::missing(format_args!("person with the reference code `{id}`")))
}
