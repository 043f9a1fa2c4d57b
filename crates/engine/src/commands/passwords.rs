//! Passwords: changing one's own, and giving somebody else a new one that they change at their next log-in.

use crate::Engine;
use crate::backoff::{Origin, Try};
use crate::caller::Caller;
use crate::error::Error;
use crate::passwords::new_password;
use model::access_profile::Grant;
use model::fault::Fault;
use model::ids::{DomainId, SessionId};
use model::login::{check_password, login_name};
use model::person_record::Person;
use model::text;
use store::db::{CommitError, Step, Write};
use store::logins::Login;
use zeroize::Zeroizing;

/// No session has this identity.
const NO_SESSION: SessionId = SessionId(0);

/// A password for somebody else, as a caller writes it.
pub struct NewPassword {
    /// Another user name; what the person has stays when absent.
    pub user: Option<String>,
    /// The password; one is made when absent.
    pub password: Option<Zeroizing<String>>,
}

impl Engine {
    /// Changes the caller's own password. Their other sessions end; the one that `keep` names goes on.
    ///
    /// # Errors
    /// `Invalid` names `old` or `new`; `TooMany` for who guesses; `NotFound` for who has no password.
    pub async fn change_password(
        &self,
        caller: &Caller,
        keep: Option<SessionId>,
        (old, new): (Zeroizing<String>, Zeroizing<String>),
        source: &str,
    ) -> Result<(), Error> {
        let core = &self.core;
        let person_id = caller.person_id().to_owned();
        let login = store::logins::find(&core.reader, caller.domain, &person_id).await?;
        let login = login.ok_or_else(|| {
            Error::NotFound("password of yours yet; somebody who may change people can make one".into())
        })?;
        let mut faults = Vec::new();
        check_password(&mut faults, "new", &new);
        if old == new {
            faults.push(Fault::new("new", text!("must differ from the old one")));
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let origin = Origin::of_address(source);
        // No log-in has an empty name, so that nobody waits here for what others try there.
        let tried = Try { domain: caller.domain.0, name: format!("\0{person_id}"), origin };
        if !self.try_password(&tried, old, Some(login.password_hash.clone())).await? {
            return Err(Error::invalid("old", text!("is not the password")));
        }
        let password_hash = core.passwords.hash(new, &core.random).await?;
        let changed = Login { person_id, password_hash, must_change: false, changed_at: core.clock.now() };
        let write = Write::new()
            .step(store::logins::change(caller.domain, &login.password_hash, &changed))
            .step(store::sessions::delete_of_person(
                caller.domain,
                &changed.person_id,
                keep.unwrap_or(NO_SESSION),
            ));
        match core.committer.commit(write).await {
            Ok(_) => Ok(()),
            Err(CommitError::Stale) => Err(Error::Conflict(text!(
                "the password was changed at the same moment; log in with the new one"
            ))),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives somebody a password, to be changed at the next log-in, and ends their sessions. Answers the password when it
    /// was made here, to be shown once.
    ///
    /// # Errors
    /// `NotFound`; `Denied` when they may do what the caller may not; `Invalid` with the fields; `Conflict` when another
    /// person logs in by the same name.
    pub async fn reset_password(
        &self,
        caller: &Caller,
        person_id: &str,
        new: NewPassword,
    ) -> Result<Option<String>, Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let core = &self.core;
        let person = match is_code(person_id) {
            true => store::people::find(&core.reader, caller.domain, person_id).await?,
            false => None,
        };
        let person = person.ok_or_else(|| Error::NotFound(format!("person `{person_id}`")))?;
        let domain = core.config.domain(caller.domain)?;
        caller.require_all(domain.grants_of(&person), text!("this person"))?;
        let mut faults = Vec::new();
        if let Some(password) = &new.password {
            check_password(&mut faults, "password", password);
        }
        let names = store::logins::names(&core.reader, caller.domain, person_id).await?;
        let names = names_of(&mut faults, &person, new.user.as_deref(), names);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let made = new.password.is_none().then(|| new_password(&core.random));
        let password = new.password.or_else(|| made.clone().map(Zeroizing::new)).unwrap_or_default();
        let password_hash = core.passwords.hash(password, &core.random).await?;
        let login = Login {
            person_id: person_id.to_owned(),
            password_hash,
            must_change: true,
            changed_at: core.clock.now(),
        };
        let write: Write = set_login(caller.domain, &login, &names).into_iter().collect();
        match core.committer.commit(write).await {
            Ok(_) => Ok(made),
            Err(CommitError::Conflict(_)) => Err(name_taken(&names)),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether a text can be a reference code at all.
pub(crate) fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 256 && !text.chars().any(char::is_control)
}

/// Gives a person a password and exactly these names, and ends their sessions.
pub(crate) fn set_login(domain: DomainId, login: &Login, names: &[String]) -> Vec<Step> {
    let mut steps =
        vec![store::logins::save(domain, login), store::logins::clear_names(domain, &login.person_id)];
    steps.extend(names.iter().map(|name| store::logins::insert_name(domain, name, &login.person_id)));
    steps.push(store::sessions::delete_of_person(domain, &login.person_id, NO_SESSION));
    steps
}

/// Why names cannot be given.
pub(crate) fn name_taken(names: &[String]) -> Error {
    Error::Conflict(text!("another person of this domain logs in as {names}", names = names.join(" or ")))
}

/// The names by which a person is to log in, folded: the user name that is asked for, and their e-mail address; what they
/// had when no user name is asked for.
pub(crate) fn names_of(
    faults: &mut Vec<Fault>,
    person: &Person,
    user: Option<&str>,
    known: Vec<String>,
) -> Vec<String> {
    let mut names = match user {
        Some(user) => {
            let name = login_name(user);
            if name.is_none() {
                faults.push(Fault::new("user", text!("must have 1 to 128 characters")));
            }
            name.into_iter().collect()
        }
        None => known,
    };
    let email = login_name(&person.reference.email);
    names.extend(email.filter(|email| !names.contains(email)));
    if names.is_empty() && faults.is_empty() {
        faults.push(Fault::new(
            "user",
            text!("is missing: this person has neither a user name nor an e-mail address"),
        ));
    }
    names
}
