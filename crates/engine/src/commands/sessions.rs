//! Sessions: finding out who is in one, and ending them. Beginning one is `log_in`.

use crate::Engine;
use crate::caller::Caller;
use crate::commands::log_in::{Preferences, Visit, caller};
use crate::error::Error;
use crate::vault::{domain_of_token, hash_key};
use model::access_profile::Grant;
use model::ids::SessionId;
use model::login::SessionLife;
use model::time::Timestamp;
use store::db::Write;
use store::sessions::Session;

/// A use that follows another one sooner is not written down.
const SEEN_EVERY_MS: i64 = 60_000;

impl Engine {
    /// Who is in the session of this token. None when it is unknown or over, when the person is inactive or has no
    /// password any more.
    ///
    /// # Errors
    /// `Denied` for a suspended domain; as the database says.
    pub async fn visit(&self, token: &str) -> Result<Option<Visit>, Error> {
        let core = &self.core;
        let Some(domain) = domain_of_token(token) else { return Ok(None) };
        let Ok(domain) = core.config.domain(domain) else { return Ok(None) };
        let found = store::sessions::find_by_hash(&core.reader, domain.id, &hash_key(token)).await?;
        let now = core.clock.now();
        let Some(session) = found.filter(|session| !self.is_over(session, now)) else { return Ok(None) };
        domain.check_open()?;
        let person = store::people::find(&core.reader, domain.id, &session.person_id).await?;
        let login = store::logins::find(&core.reader, domain.id, &session.person_id).await?;
        let (Some(person), Some(login)) = (person.filter(|person| person.is_active), login) else {
            return Ok(None);
        };
        self.note_seen(&session, now);
        let (must_change, preferences) = (login.must_change, Preferences::of(&person));
        Ok(Some(Visit { caller: caller(&domain, person), session, must_change, preferences }))
    }

    /// How long people stay logged in.
    pub fn session_life(&self) -> SessionLife {
        self.core.settings.session_life
    }

    fn is_over(&self, session: &Session, now: Timestamp) -> bool {
        self.session_life().is_over(session.seen_at, session.ends_at, now)
    }

    /// Writes a use down, at most once a minute. Nobody waits for it.
    fn note_seen(&self, session: &Session, now: Timestamp) {
        if now.0 - session.seen_at.0 < SEEN_EVERY_MS {
            return;
        }
        let (committer, step) =
            (self.core.committer.clone(), store::sessions::seen(session.domain, session.id, now));
        self.core.work.spawn(async move {
            if let Err(error) = committer.once(step).await {
                tracing::warn!(%error, "the use of a session was not written down");
            }
        });
    }

    /// Ends a session: one's own, or another person's with *Allow creating and changing people*.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn end_session(&self, caller: &Caller, id: SessionId) -> Result<(), Error> {
        let core = &self.core;
        let found = store::sessions::find(&core.reader, caller.domain, id).await?;
        let found = found.filter(|session| !self.is_over(session, core.clock.now()));
        let session = found.ok_or_else(|| Error::NotFound(format!("session {id}")))?;
        if session.person_id != caller.person_id() {
            caller.require(Grant::AllowWritingPeople)?;
        }
        let write = Write::new().step(store::sessions::delete(caller.domain, id));
        core.committer.commit(write).await?;
        Ok(())
    }

    /// Ends all sessions of a person, but for the one that the caller is in: one's own, or another person's with *Allow
    /// creating and changing people*.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn end_sessions_of(
        &self,
        caller: &Caller,
        person_id: &str,
        current: SessionId,
    ) -> Result<(), Error> {
        if person_id != caller.person_id() {
            caller.require(Grant::AllowWritingPeople)?;
        }
        let step = store::sessions::delete_of_person(caller.domain, person_id, current);
        self.core.committer.commit(Write::new().step(step)).await?;
        Ok(())
    }
}
