//! What every change needs of its domain, in memory: words, triggers made ready, keys, profiles. An immutable snapshot,
//! swapped as a whole after each administrative write.

use crate::caller::Caller;
use crate::error::Error;
use crate::vault::hash_key;
use arc_swap::ArcSwap;
use model::access_profile::Grant;
use model::cause::{Actor, Via};
use model::classification::Classification;
use model::compile::Triggers;
use model::ids::DomainId;
use model::person::Person;
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use store::db::Reader;
use store::keys::ApiKey;

/// A domain as one configuration revision has it.
#[derive(Debug)]
pub struct DomainConfig {
    /// The revision.
    pub revision: i64,
    /// Its words.
    pub classification: Arc<Classification>,
    /// Its triggers, indexed.
    pub triggers: Triggers,
}

#[derive(Debug)]
struct KeyHolder {
    key: ApiKey,
    person: Person,
    grants: Vec<Grant>,
}

/// Everything as one moment had it.
#[derive(Debug, Default)]
pub struct Snapshot {
    domains: HashMap<DomainId, Arc<DomainConfig>>,
    keys: HashMap<String, Arc<KeyHolder>>,
}

/// The snapshot in force.
#[derive(Debug, Default)]
pub struct Config(ArcSwap<Snapshot>);

impl Config {
    /// Reads everything anew, to be swapped in.
    ///
    /// # Errors
    /// As the reader says.
    pub async fn read(reader: &Reader) -> Result<Snapshot, Error> {
        let mut snapshot = Snapshot::default();
        let mut profiles: HashMap<(DomainId, String), Vec<Grant>> = HashMap::new();
        for domain in store::domains::all(reader).await? {
            let triggers = Triggers::new(store::triggers::all(reader, domain.id).await?);
            for profile in store::people::profiles(reader, domain.id).await? {
                profiles.insert((domain.id, profile.name), profile.grants);
            }
            let config = DomainConfig {
                revision: domain.config_revision,
                classification: Arc::new(domain.classification),
                triggers,
            };
            snapshot.domains.insert(domain.id, Arc::new(config));
        }
        for key in store::keys::all(reader).await? {
            let Some(person) = store::people::find(reader, key.domain, &key.person_id).await? else {
                continue;
            };
            let grants =
                profiles.get(&(key.domain, person.access_profile.clone())).cloned().unwrap_or_default();
            snapshot.keys.insert(key.hash.clone(), Arc::new(KeyHolder { key, person, grants }));
        }
        Ok(snapshot)
    }

    /// Puts what was read in force.
    pub fn swap(&self, snapshot: Snapshot) {
        self.0.store(Arc::new(snapshot));
    }

    /// Whether these are the revisions in force.
    pub fn has(&self, revisions: &[(DomainId, i64)]) -> bool {
        let snapshot = self.0.load();
        let known = |(id, revision): &(DomainId, i64)| {
            snapshot.domains.get(id).is_some_and(|domain| domain.revision == *revision)
        };
        snapshot.domains.len() == revisions.len() && revisions.iter().all(known)
    }

    /// The domain as it stands.
    ///
    /// # Errors
    /// `NotFound` for a domain that does not exist.
    pub fn domain(&self, id: DomainId) -> Result<Arc<DomainConfig>, Error> {
        self.0.load().domains.get(&id).cloned().ok_or_else(|| Error::NotFound("domain".into()))
    }

    /// Who shows this key; none for an unknown or expired key or an inactive person.
    pub fn authenticate(&self, key: &str, now: Timestamp) -> Option<Caller> {
        let snapshot = self.0.load();
        let holder = snapshot.keys.get(&hash_key(key))?;
        if !holder.person.is_active || holder.key.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        Some(Caller {
            domain: holder.key.domain,
            actor: Actor {
                person: Some(holder.person.reference.clone()),
                via: Via::ApiKey,
                key: Some(holder.key.id),
            },
            grants: holder.grants.clone(),
            teams: holder.person.teams.clone(),
            cause: None,
        })
    }
}
