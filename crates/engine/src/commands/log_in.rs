//! Logging in: a name and a password against a session. An unknown name costs the same hash as a known one and gets the
//! same answer; who guesses has to wait (`backoff`).

use crate::Engine;
use crate::backoff::{Origin, Try};
use crate::caller::Caller;
use crate::config::{DomainConfig, seconds_up};
use crate::error::Error;
use crate::vault::{hash_key, new_session_token};
use model::cause::{Actor, Via};
use model::ids::SessionId;
use model::login::login_name;
use model::person_record::Person;
use store::db::Write;
use store::sessions::Session;
use zeroize::Zeroizing;

/// Characters of a browser's name for itself that are kept.
const USER_AGENT_MAX: usize = 200;

/// What somebody shows who wants to log in. It holds a password, so it cannot be printed.
pub struct LogIn {
    /// The domain that they name.
    pub domain: Option<String>,
    /// The host that they asked.
    pub host: Option<String>,
    /// User name or e-mail address.
    pub user: String,
    /// The password.
    pub password: Zeroizing<String>,
    /// The address they come from.
    pub source: String,
    /// What their browser says it is.
    pub user_agent: String,
    /// What an earlier log-in left in their browser.
    pub device: Option<String>,
}

/// A session that has begun. It holds tokens, so it cannot be printed.
pub struct LoggedIn {
    /// What the session's cookie holds.
    pub token: String,
    /// What the browser keeps, by which it is known at the next log-in.
    pub device: String,
    /// Who, where and until when.
    pub visit: Visit,
}

/// Somebody in a session.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who they are.
    pub caller: Caller,
    /// The session.
    pub session: Session,
    /// Nothing else is possible before the password has been changed.
    pub must_change: bool,
    /// How they want to see pages.
    pub preferences: Preferences,
}

/// How somebody wants to see pages; an empty text leaves it to the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// A language tag, such as `pt-BR`.
    pub language: String,
    /// The IANA name of a time zone.
    pub time_zone: String,
}

impl Preferences {
    /// What the person's record says.
    pub(crate) fn of(person: &Person) -> Preferences {
        let texts = &person.texts;
        Preferences { language: texts.culture_id.clone(), time_zone: texts.time_zone_id.clone() }
    }
}

fn wrong() -> Error {
    Error::Unauthorized("the name or the password is not right".into())
}

impl Engine {
    /// Begins a session.
    ///
    /// # Errors
    /// `Unauthorized` when anything of it is not right, `TooMany` for who has to wait, `Denied` for a suspended domain.
    pub async fn log_in(&self, asked: LogIn) -> Result<LoggedIn, Error> {
        let core = &self.core;
        let domain = core.config.domain_to_log_in(asked.domain.as_deref(), asked.host.as_deref());
        let name = login_name(&asked.user);
        let found = match (&domain, &name) {
            (Some(domain), Some(name)) => store::logins::find_by_name(&core.reader, domain.id, name).await?,
            _ => None,
        };
        let device = domain.as_ref().zip(found.as_ref()).and_then(|(domain, login)| {
            core.vault.read_device(domain.id, &login.person_id, asked.device.as_deref()?)
        });
        let tried = Try {
            domain: domain.as_ref().map_or(0, |domain| domain.id.0),
            name: name.unwrap_or_default(),
            origin: device.map_or_else(|| Origin::of_address(&asked.source), Origin::Device),
        };
        let hash = found.as_ref().map(|login| login.password_hash.clone());
        let is_right = self.try_password(&tried, asked.password.clone(), hash).await?;
        let (Some(domain), Some(login)) = (domain, found.filter(|_| is_right)) else { return Err(wrong()) };
        domain.check_open()?;
        let person = store::people::find(&core.reader, domain.id, &login.person_id).await?;
        let person = person.filter(|person| person.is_active).ok_or_else(wrong)?;
        self.begin_session(&domain, person, login.must_change, &asked).await
    }

    /// Compares a password, unless whoever tries has to wait. A wrong one counts.
    pub(crate) async fn try_password(
        &self,
        tried: &Try,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        let core = &self.core;
        core.backoff.begin(tried, core.clock.now()).map_err(|wait_ms| {
            let retry_after_s = seconds_up(wait_ms);
            let why = format!("too many wrong passwords; try again in {retry_after_s} s");
            Error::TooMany { why, retry_after_s }
        })?;
        let answer = core.passwords.is_right(password, hash).await;
        match answer {
            Ok(true) => core.backoff.succeeded(tried),
            Ok(false) => {}
            Err(_) => core.backoff.undone(tried),
        }
        answer
    }

    pub(super) async fn begin_session(
        &self,
        domain: &DomainConfig,
        person: Person,
        must_change: bool,
        asked: &LogIn,
    ) -> Result<LoggedIn, Error> {
        let core = &self.core;
        let now = core.clock.now();
        let session = Session {
            domain: domain.id,
            id: SessionId(core.ids.next(now.0)),
            person_id: person.reference.id.clone(),
            created_at: now,
            seen_at: now,
            ends_at: now.plus_ms(core.settings.session_life.end_ms),
            user_agent: asked
                .user_agent
                .chars()
                .filter(|letter| !letter.is_control())
                .take(USER_AGENT_MAX)
                .collect(),
            source: asked.source.clone(),
        };
        let token = new_session_token(&core.random, domain.id);
        let write = Write::new().step(store::sessions::insert(&session, &hash_key(&token)));
        core.committer.commit(write).await?;
        let device = core.vault.device_token(&core.random, domain.id, &session.person_id);
        tracing::info!(session.id = %session.id, domain = domain.name, "somebody logged in");
        let preferences = Preferences::of(&person);
        let visit = Visit { caller: caller(domain, person), session, must_change, preferences };
        Ok(LoggedIn { token, device, visit })
    }
}

/// A person who asks in a session.
pub(super) fn caller(domain: &DomainConfig, person: Person) -> Caller {
    let grants = domain.grants_of(&person).to_vec();
    let teams = domain.directory.team_names_ever(&person.teams);
    let actor = Actor { person: Some(person.reference), via: Via::Page, key: None };
    Caller { domain: domain.id, actor, grants, teams, cause: None, integration: None }
}
