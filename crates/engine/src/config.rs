//! What every change needs of its domain, in memory: words, triggers made ready, keys, profiles, teams. An immutable snapshot,
//! swapped as a whole after each administrative write.

use crate::caller::Caller;
use crate::error::Error;
use crate::key_use::KeyUse;
use crate::vault::hash_key;
use arc_swap::ArcSwap;
use model::access_profile::Grant;
use model::cause::{Actor, Via};
use model::classification::Classification;
use model::compile::Triggers;
use model::directory::Directory;
use model::ids::{AccessProfileId, DomainId, EndpointId, IntegrationId, TriggerId};
use model::person_record::Person;
use model::text;
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use store::db::Reader;
use store::domains::Domain;
use store::integrations::Half;
use store::keys::ApiKey;

/// A domain as one configuration revision has it.
#[derive(Debug)]
pub struct DomainConfig {
    /// Its identity.
    pub id: DomainId,
    /// Its name.
    pub name: String,
    /// The hosts under which its people log in.
    pub host_names: Vec<String>,
    /// Its keys and sessions are refused.
    pub suspended: bool,
    /// The revision.
    pub revision: i64,
    /// Its words.
    pub classification: Arc<Classification>,
    /// Its access profiles and teams.
    pub directory: Arc<Directory>,
    /// Its triggers, indexed.
    pub triggers: Triggers,
    /// Its halves of integrations, oldest first.
    pub halves: Vec<Arc<Half>>,
}

#[derive(Debug)]
struct KeyHolder {
    key: ApiKey,
    person: Person,
    grants: Vec<Grant>,
    /// The names under which tickets have their teams.
    teams: Vec<String>,
    suspended: bool,
    uses: Arc<KeyUse>,
}

/// Everything as one moment had it.
#[derive(Debug, Default)]
pub struct Snapshot {
    domains: HashMap<DomainId, Arc<DomainConfig>>,
    keys: HashMap<String, KeyHolder>,
    halves: HashMap<IntegrationId, Arc<Half>>,
}

impl Snapshot {
    /// The endpoints by which integrations tell.
    pub fn integration_endpoints(&self) -> Vec<EndpointId> {
        let kept = self.halves.values().filter_map(|half| half.settings.trigger.as_ref());
        kept.flat_map(|(_, draft)| draft.endpoints()).collect()
    }
}

/// The snapshot in force.
#[derive(Debug, Default)]
pub struct Config(ArcSwap<Snapshot>);

impl DomainConfig {
    async fn read(
        reader: &Reader,
        domain: Domain,
        halves: &[Arc<Half>],
    ) -> Result<(DomainId, DomainConfig), Error> {
        let profiles = store::access_profiles::all(reader, domain.id).await?;
        let teams = store::teams::all(reader, domain.id).await?;
        let mut classification = domain.classification;
        let in_use = teams.iter().filter(|team| team.is_active);
        classification.teams = in_use.map(|team| team.name.clone()).collect();
        let config = DomainConfig {
            id: domain.id,
            name: domain.name,
            host_names: domain.host_names,
            suspended: domain.suspended,
            revision: domain.config_revision,
            classification: Arc::new(classification),
            directory: Arc::new(Directory { profiles, teams }),
            triggers: Triggers::new(store::triggers::all(reader, domain.id).await?),
            halves: halves.iter().filter(|half| half.domain == domain.id).cloned().collect(),
        };
        Ok((domain.id, config))
    }

    /// The integration that keeps this trigger.
    pub fn keeper_of(&self, trigger: TriggerId) -> Option<IntegrationId> {
        let keeps = |half: &&Arc<Half>| half.settings.trigger.as_ref().is_some_and(|kept| kept.0 == trigger);
        self.halves.iter().find(keeps).map(|half| half.id)
    }

    /// What a person may do.
    pub fn grants_of(&self, person: &Person) -> &[Grant] {
        self.directory.grants(person.access_profile)
    }

    /// What a key of this person may do: what the person may, and, if the key has a profile of its own, no more than that.
    pub fn key_grants(&self, person: &Person, profile: Option<AccessProfileId>) -> Vec<Grant> {
        let narrowed = profile.map(|profile| self.directory.grants(profile));
        let may = |grant: &&Grant| narrowed.is_none_or(|narrowed| narrowed.contains(grant));
        self.grants_of(person).iter().filter(may).copied().collect()
    }

    /// Refuses what a suspended domain's people and keys ask.
    ///
    /// # Errors
    /// `Denied`.
    pub fn check_open(&self) -> Result<(), Error> {
        if self.suspended { Err(suspended()) } else { Ok(()) }
    }
}

fn suspended() -> Error {
    Error::Denied(text!("this domain is suspended; whoever operates the server can resume it"))
}

impl Config {
    /// Reads everything anew, to be swapped in.
    ///
    /// # Errors
    /// As the reader says.
    pub async fn read(reader: &Reader) -> Result<Snapshot, Error> {
        let mut snapshot = Snapshot::default();
        let halves: Vec<_> = store::integrations::all(reader).await?.into_iter().map(Arc::new).collect();
        for domain in store::domains::all(reader).await? {
            let config = DomainConfig::read(reader, domain, &halves).await?;
            snapshot.domains.insert(config.0, Arc::new(config.1));
        }
        let holders = store::people::key_holders(reader).await?;
        let holders: HashMap<_, _> = holders
            .into_iter()
            .map(|(domain, person)| ((domain, person.reference.id.clone()), person))
            .collect();
        for key in store::keys::all(reader).await? {
            let Some(domain) = snapshot.domains.get(&key.domain) else { continue };
            let Some(person) = holders.get(&(key.domain, key.person_id.clone())).cloned() else { continue };
            let grants = domain.key_grants(&person, key.access_profile);
            let teams = domain.directory.team_names_ever(&person.teams);
            let (suspended, uses) = (domain.suspended, Arc::default());
            let holder = KeyHolder { key, person, grants, teams, suspended, uses };
            snapshot.keys.insert(holder.key.hash.clone(), holder);
        }
        snapshot.halves = halves.into_iter().map(|half| (half.id, half)).collect();
        Ok(snapshot)
    }

    /// Puts what was read in force. How keys are used goes on being counted.
    pub fn swap(&self, mut snapshot: Snapshot) {
        let before = self.0.load();
        for (hash, holder) in &mut snapshot.keys {
            if let Some(known) = before.keys.get(hash) {
                holder.uses = Arc::clone(&known.uses);
            }
        }
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

    /// A half of an integration, whichever domain it belongs to.
    pub fn half(&self, id: IntegrationId) -> Option<Arc<Half>> {
        self.0.load().halves.get(&id).cloned()
    }

    /// Whether this person has an API key: then memory holds what their record says.
    pub fn holds_key(&self, domain: DomainId, person_id: &str) -> bool {
        let snapshot = self.0.load();
        let mut holders = snapshot.keys.values();
        holders.any(|holder| holder.key.domain == domain && holder.person.reference.id == person_id)
    }

    /// The domain in which somebody logs in: the one that they name, or the one of the host that they asked, or the first.
    pub fn domain_to_log_in(&self, named: Option<&str>, host: Option<&str>) -> Option<Arc<DomainConfig>> {
        let snapshot = self.0.load();
        if let Some(name) = named {
            return snapshot.domains.values().find(|domain| domain.name == name).cloned();
        }
        let host = host.map(str::to_ascii_lowercase);
        let has_host = |domain: &&Arc<DomainConfig>| {
            host.as_ref().is_some_and(|host| domain.host_names.iter().any(|name| name == host))
        };
        let by_host = snapshot.domains.values().find(has_host);
        by_host.or_else(|| snapshot.domains.values().min_by_key(|domain| domain.id)).cloned()
    }

    /// Who shows this key; none for an unknown or expired key, an inactive person or a suspended domain.
    pub fn authenticate(&self, key: &str, now: Timestamp) -> Option<Caller> {
        let snapshot = self.0.load();
        let holder = snapshot.keys.get(&hash_key(key))?;
        (holder.is_good(now) && !holder.suspended).then(|| holder.caller())
    }

    /// Who shows this key, counting the request against the limit a minute; 0 is none.
    ///
    /// # Errors
    /// `Unauthorized` for a key that is unknown or has ended, `Denied` for a suspended domain's, `TooMany`.
    pub fn admit(&self, key: &str, now: Timestamp, per_minute: u32) -> Result<Caller, Error> {
        let snapshot = self.0.load();
        let holder =
            snapshot.keys.get(&hash_key(key)).filter(|holder| holder.is_good(now)).ok_or_else(|| {
                Error::Unauthorized("the API key is not known here, or it has expired".into())
            })?;
        if holder.suspended {
            return Err(suspended());
        }
        if per_minute > 0 {
            holder.uses.count(now, per_minute).map_err(|left_ms| {
                let retry_after_s = seconds_up(left_ms);
                let why = format!(
                    "more than {per_minute} requests in a minute with this key (setting limits.requests_per_minute); \
                     try again in {retry_after_s} s"
                );
                Error::TooMany { why, retry_after_s }
            })?;
        }
        holder.uses.note(now);
        Ok(holder.caller())
    }

    /// When a key was used last, as this node knows.
    pub fn key_last_used(&self, key: &ApiKey) -> Option<Timestamp> {
        self.0.load().keys.get(&key.hash)?.uses.last()
    }

    /// Uses of keys that are not written down yet.
    pub(crate) fn unwritten_uses(&self) -> Vec<(ApiKey, Timestamp, Arc<KeyUse>)> {
        let snapshot = self.0.load();
        let unwritten = snapshot.keys.values().filter_map(|holder| {
            Some((holder.key.clone(), holder.uses.unwritten()?, Arc::clone(&holder.uses)))
        });
        unwritten.collect()
    }
}

impl KeyHolder {
    fn is_good(&self, now: Timestamp) -> bool {
        self.person.is_active && self.key.expires_at.is_none_or(|end| end > now)
    }

    fn caller(&self) -> Caller {
        let actor =
            Actor { person: Some(self.person.reference.clone()), via: Via::ApiKey, key: Some(self.key.id) };
        let (grants, teams) = (self.grants.clone(), self.teams.clone());
        Caller { domain: self.key.domain, actor, grants, teams, cause: None, integration: None }
    }
}

/// Whole seconds that are at least so many milliseconds.
pub(crate) fn seconds_up(ms: i64) -> i64 {
    (ms.max(0) + 999) / 1_000
}
