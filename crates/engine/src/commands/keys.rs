//! API keys: made, renamed, rotated, taken away. A key is shown once, when it is made; what is kept is its hash.

use crate::Engine;
use crate::caller::Caller;
use crate::commands::passwords::is_code;
use crate::commit::STALE_MAX;
use crate::config::DomainConfig;
use crate::error::Error;
use crate::start::load_config;
use crate::vault::{hash_key, new_key};
use model::access_profile::Grant;
use model::fault::{Fault, check_length};
use model::ids::KeyId;
use model::person_record::Person;
use model::text;
use model::time::Timestamp;
use store::db::{CommitError, Step, Write};
use store::keys::ApiKey;

/// Characters of a key's name.
const NAME_MAX: usize = 128;

/// A key as a caller asks for it.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// Reference code of who stands as author of what has none; the caller when absent.
    pub person_id: Option<String>,
    /// Name of an access profile that narrows what the person may do.
    pub access_profile: Option<String>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// A key that was made. It holds the key, so it cannot be printed.
pub struct MadeKey {
    /// As stored.
    pub row: ApiKey,
    /// What programs show; kept nowhere.
    pub key: String,
}

/// What is done to the list of keys.
enum Edit {
    Create(NewKey),
    Rename(KeyId, String),
    Delete(KeyId),
    /// The old key works this much longer: milliseconds.
    Rotate(KeyId, i64),
}

impl Engine {
    /// Makes a key. It may never do more than the caller.
    ///
    /// # Errors
    /// `Invalid` with every fault's field; `Denied` when the key would hold a parameter that the caller lacks.
    pub async fn create_key(&self, caller: &Caller, new: NewKey) -> Result<MadeKey, Error> {
        self.edit_key(caller, Edit::Create(new)).await?.ok_or_else(not_made)
    }

    /// Gives a key another name.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn rename_key(&self, caller: &Caller, id: KeyId, name: String) -> Result<(), Error> {
        self.edit_key(caller, Edit::Rename(id, name)).await.map(drop)
    }

    /// Takes a key away; it works no longer.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_key(&self, caller: &Caller, id: KeyId) -> Result<(), Error> {
        self.edit_key(caller, Edit::Delete(id)).await.map(drop)
    }

    /// Makes a key in the place of another one, which works `overlap_ms` longer; with 0 it ends at once.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for a key that has ended; `Denied` when it holds a parameter that the caller lacks.
    pub async fn rotate_key(&self, caller: &Caller, id: KeyId, overlap_ms: i64) -> Result<MadeKey, Error> {
        self.edit_key(caller, Edit::Rotate(id, overlap_ms)).await?.ok_or_else(not_made)
    }

    /// When a key was used last, as this node knows beyond what is written down.
    pub fn key_last_used(&self, key: &ApiKey) -> Option<Timestamp> {
        self.core.config.key_last_used(key)
    }

    async fn edit_key(&self, caller: &Caller, edit: Edit) -> Result<Option<MadeKey>, Error> {
        caller.require(Grant::AllowManagingApiKeys)?;
        let (engine, by) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.edit_key_to_the_end(&by, &edit).await }).await
    }

    async fn edit_key_to_the_end(&self, caller: &Caller, edit: &Edit) -> Result<Option<MadeKey>, Error> {
        let core = &self.core;
        let _admin = core.admin.lock().await;
        for stale in 0..STALE_MAX {
            if stale > 0 {
                core.committer.pause(stale).await;
                load_config(core).await?;
            }
            let config = core.config.domain(caller.domain)?;
            let guard = store::domains::raise_revision(caller.domain, config.revision);
            let (steps, made) = self.key_steps(caller, &config, edit).await?;
            let write: Write = std::iter::once(guard).chain(steps).collect();
            match core.committer.commit(write).await {
                Err(CommitError::Stale) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => {
                    self.reload().await;
                    return Ok(made);
                }
            }
        }
        Err(CommitError::Stale.into())
    }

    /// What an edit writes, and the key that it makes.
    async fn key_steps(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        edit: &Edit,
    ) -> Result<(Vec<Step>, Option<MadeKey>), Error> {
        match edit {
            Edit::Create(new) => {
                let made = self.new_key(caller, config, new).await?;
                Ok((vec![store::keys::insert(&made.row)], Some(made)))
            }
            Edit::Rename(id, name) => {
                self.key(caller, *id).await?;
                let mut faults = Vec::new();
                check_name(&mut faults, name);
                if !faults.is_empty() {
                    return Err(Error::Invalid(faults));
                }
                Ok((vec![store::keys::rename(caller.domain, *id, name)], None))
            }
            Edit::Delete(id) => {
                self.key(caller, *id).await?;
                Ok((vec![store::keys::delete(caller.domain, *id)], None))
            }
            Edit::Rotate(id, overlap_ms) => self.rotation(caller, config, *id, *overlap_ms).await,
        }
    }

    async fn key(&self, caller: &Caller, id: KeyId) -> Result<ApiKey, Error> {
        let found = store::keys::find(&self.core.reader, caller.domain, id).await?;
        found.ok_or_else(|| Error::NotFound(format!("key {id}")))
    }

    async fn person_of_key(&self, caller: &Caller, id: &str) -> Result<Option<Person>, Error> {
        match is_code(id) {
            true => Ok(store::people::find(&self.core.reader, caller.domain, id).await?),
            false => Ok(None),
        }
    }

    async fn new_key(&self, caller: &Caller, config: &DomainConfig, new: &NewKey) -> Result<MadeKey, Error> {
        let mut faults = Vec::new();
        check_name(&mut faults, &new.name);
        let now = self.core.clock.now();
        if new.expires_at.is_some_and(|end| end <= now) {
            faults.push(Fault::new("expires_at", text!("must be in the future")));
        }
        let access_profile = new.access_profile.as_deref().and_then(|name| {
            let known = config.directory.profile_named(name).map(|profile| profile.id);
            if known.is_none() {
                faults.push(Fault::new("access_profile", text!("there is no access profile `{name}`", name)));
            }
            known
        });
        let person_id = new.person_id.as_deref().unwrap_or(caller.person_id());
        let person = self.person_of_key(caller, person_id).await?.filter(|person| person.is_active);
        if person.is_none() {
            faults.push(Fault::new("person", text!("there is no active person `{id}`", id = person_id)));
        }
        let Some(person) = person.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
        let grants = config.key_grants(&person, access_profile);
        caller.require_all(&grants, text!("such a key"))?;
        let key = new_key(&self.core.random);
        let row = ApiKey {
            domain: caller.domain,
            id: KeyId(self.core.ids.next(now.0)),
            hash: hash_key(&key),
            name: new.name.clone(),
            person_id: person.reference.id,
            access_profile,
            rotated_from: None,
            created_at: now,
            last_used_at: None,
            expires_at: new.expires_at,
        };
        Ok(MadeKey { row, key })
    }

    async fn rotation(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        id: KeyId,
        overlap_ms: i64,
    ) -> Result<(Vec<Step>, Option<MadeKey>), Error> {
        let old = self.key(caller, id).await?;
        let now = self.core.clock.now();
        if old.expires_at.is_some_and(|end| end <= now) {
            return Err(Error::Conflict(text!("key {id} has ended; make a new one", id)));
        }
        if let Some(person) = self.person_of_key(caller, &old.person_id).await? {
            caller.require_all(&config.key_grants(&person, old.access_profile), text!("this key"))?;
        }
        let end = now.plus_ms(overlap_ms);
        let end = old.expires_at.map_or(end, |before| before.min(end));
        let key = new_key(&self.core.random);
        let row = ApiKey {
            id: KeyId(self.core.ids.next(now.0)),
            hash: hash_key(&key),
            rotated_from: Some(id),
            created_at: now,
            last_used_at: None,
            ..old
        };
        let steps = vec![store::keys::set_end(caller.domain, id, end), store::keys::insert(&row)];
        Ok((steps, Some(MadeKey { row, key })))
    }
}

fn not_made() -> Error {
    Error::Internal("an edit that makes a key made none".into())
}

fn check_name(faults: &mut Vec<Fault>, name: &str) {
    if name.trim().is_empty() {
        faults.push(Fault::new("name", text!("is missing")));
    }
    check_length(faults, "name", name, NAME_MAX);
    if name.chars().any(char::is_control) {
        faults.push(Fault::new("name", text!("must not hold control characters")));
    }
}
