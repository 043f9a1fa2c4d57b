//! The first run: while no administrator can log in, whoever has the code that the server printed makes one. The code is
//! chance, known to this process by its hash alone, and worth nothing once an administrator has a log-in.

use crate::Engine;
use crate::backoff::{Origin, Try};
use crate::caller::Caller;
use crate::commands::keys::NewKey;
use crate::commands::log_in::{LogIn, LoggedIn};
use crate::config::{DomainConfig, seconds_up};
use crate::error::Error;
use crate::vault::{hash_key, new_code};
use model::access_profile::{AccessProfile, Grant};
use model::cause::{Actor, Via};
use model::fault::Fault;
use model::ids::DomainId;
use model::person::{PersonType, ProfileType};
use model::person_input::{Password, PersonInput};
use model::person_record::{Email, Person};
use model::text;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// The domain that waits for its administrator and the hash of the code; one run at a time.
pub(crate) type FirstRunGate = Mutex<Option<(DomainId, String)>>;

/// Reference code of the administrator that a new domain has.
const ADMINISTRATOR: &str = "1";

/// What somebody writes who opens the first run. It holds a password, so it cannot be printed.
pub struct FirstRun {
    /// The code that was printed.
    pub code: String,
    /// The administrator's name.
    pub name: String,
    /// By which they log in.
    pub email: String,
    /// The password.
    pub password: Zeroizing<String>,
    /// The address they come from.
    pub source: String,
    /// What their browser says it is.
    pub user_agent: String,
}

/// What a first run made. It holds a token and a key, so it cannot be printed.
pub struct FirstRunDone {
    /// The administrator's session.
    pub begun: LoggedIn,
    /// An API key of theirs; kept nowhere.
    pub key: String,
}

impl Engine {
    /// Opens the first run if the first domain has no administrator who can log in. Answers its code, to be shown once.
    ///
    /// # Errors
    /// As the database says.
    pub async fn open_first_run(&self) -> Result<Option<String>, Error> {
        let core = &self.core;
        let Some(first) = store::domains::all(&core.reader).await?.into_iter().next() else {
            return Ok(None);
        };
        let config = core.config.domain(first.id)?;
        if self.has_administrator(&config).await? {
            return Ok(None);
        }
        let code = new_code(&core.random);
        *core.first_run.lock().await = Some((first.id, hash_key(&code)));
        Ok(Some(code))
    }

    /// Whether an administrator is waited for.
    ///
    /// # Errors
    /// As the database says.
    pub async fn is_first_run(&self) -> Result<bool, Error> {
        let gate = self.core.first_run.lock().await.clone();
        let Some((domain, _)) = gate else { return Ok(false) };
        let config = self.core.config.domain(domain)?;
        Ok(!self.has_administrator(&config).await?)
    }

    /// Makes the administrator, begins their session and makes a key of theirs.
    ///
    /// # Errors
    /// `Unauthorized` for a code that is not right, `TooMany` for who guesses, `Conflict` when there is an administrator by
    /// now, `Invalid` with the public API's field names.
    pub async fn first_run(&self, asked: FirstRun) -> Result<FirstRunDone, Error> {
        let core = &self.core;
        // Held to the end: of two at once one is too late.
        let mut gate = core.first_run.lock().await;
        let waiting = gate.clone();
        self.check_code(&asked, waiting.as_ref().map(|(_, hash)| hash.as_str()))?;
        let late = || Error::Conflict(text!("there is an administrator already; sign in"));
        let (domain, _) = waiting.ok_or_else(late)?;
        let config = core.config.domain(domain)?;
        if self.has_administrator(&config).await? {
            *gate = None;
            return Err(late());
        }
        let person = self.make_administrator(&config, &asked).await?;
        *gate = None;
        tracing::info!(domain = config.name, "the first administrator was made");
        let log_in = LogIn {
            domain: None,
            host: None,
            user: asked.email,
            password: asked.password,
            source: asked.source,
            user_agent: asked.user_agent,
            device: None,
        };
        let begun = self.begin_session(&config, person, false, &log_in).await?;
        let new =
            NewKey { name: "first run".into(), person_id: None, access_profile: None, expires_at: None };
        let made = self.create_key(&begun.visit.caller, new).await?;
        Ok(FirstRunDone { begun, key: made.key })
    }

    /// Compares the code, unless whoever tries has to wait.
    fn check_code(&self, asked: &FirstRun, hash: Option<&str>) -> Result<(), Error> {
        let core = &self.core;
        // No log-in has such a name.
        let origin = Origin::of_address(&asked.source);
        let tried = Try { domain: 0, name: "\0first run".into(), origin };
        core.backoff.begin(&tried, core.clock.now()).map_err(|wait_ms| {
            let retry_after_s = seconds_up(wait_ms);
            Error::TooMany {
                why: format!("too many wrong codes; try again in {retry_after_s} s"),
                retry_after_s,
            }
        })?;
        let given = hash_key(asked.code.trim());
        let is_right = hash.is_some_and(|hash| given.as_bytes().ct_eq(hash.as_bytes()).into());
        if !is_right {
            return Err(Error::Unauthorized("the code is not right".into()));
        }
        core.backoff.succeeded(&tried);
        Ok(())
    }

    /// Whether somebody who manages access profiles can log in.
    async fn has_administrator(&self, config: &DomainConfig) -> Result<bool, Error> {
        let profiles = config.directory.profiles.iter();
        let manages = profiles.filter(|profile| profile.may(Grant::AllowManagingAccessProfiles));
        let able: Vec<_> = manages.map(|profile| profile.id).collect();
        Ok(store::logins::is_any_active(&self.core.reader, config.id, &able).await?)
    }

    /// Gives the domain's own administrator a name and a log-in; makes one where there is none.
    async fn make_administrator(
        &self,
        config: &Arc<DomainConfig>,
        asked: &FirstRun,
    ) -> Result<Person, Error> {
        if asked.email.trim().is_empty() {
            return Err(Error::Invalid(vec![Fault::new("emails", text!("is missing"))]));
        }
        let by = Caller {
            domain: config.id,
            actor: Actor { person: None, via: Via::System, key: None },
            grants: Grant::ALL.to_vec(),
            teams: Vec::new(),
            cause: None,
            integration: None,
        };
        let email = Email {
            email_type: "Profissional".into(),
            email: asked.email.trim().to_owned(),
            is_default: true,
        };
        let input = PersonInput {
            business_name: Some(asked.name.trim().to_owned()),
            emails: Some(vec![email]),
            password: Some(Password(asked.password.to_string())),
            ..PersonInput::default()
        };
        let found = store::people::find(&self.core.reader, config.id, ADMINISTRATOR).await?;
        let manages = |person: &Person| {
            person.is_active && config.grants_of(person).contains(&Grant::AllowManagingAccessProfiles)
        };
        if found.as_ref().is_some_and(manages) {
            return self.update_person(&by, ADMINISTRATOR, input).await;
        }
        let profile = config.directory.profile(AccessProfile::ADMINISTRATORS);
        let input = PersonInput {
            person_type: Some(PersonType::Person),
            profile_type: Some(ProfileType::AgentAndClient),
            access_profile: profile.map(|profile| profile.name.clone()),
            ..input
        };
        self.create_person(&by, None, input).await
    }
}
