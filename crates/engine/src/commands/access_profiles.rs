//! Access profiles: making, changing and deleting them. A change is in force for the next request.

use crate::Engine;
use crate::administer::Decision;
use crate::caller::Caller;
use crate::config::DomainConfig;
use crate::error::Error;
use model::access_profile::{AccessProfile, Grant, UserType};
use model::fault::Fault;
use model::ids::AccessProfileId;
use model::text;
use store::db::Write;

/// Profiles of a domain, at most.
const PROFILES_MAX: usize = 1_000;

/// What a caller sends of a profile. `None` leaves a field alone.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each field is the profile's field of that name")]
pub struct ProfileInput {
    pub name: Option<String>,
    pub user_type: Option<UserType>,
    pub is_default: Option<bool>,
    pub grants: Option<Vec<Grant>>,
}

impl Engine {
    /// Makes an access profile.
    ///
    /// # Errors
    /// `Invalid` with every fault's path; nothing was stored.
    pub async fn create_access_profile(
        &self,
        caller: &Caller,
        input: ProfileInput,
    ) -> Result<AccessProfile, Error> {
        caller.require(Grant::AllowManagingAccessProfiles)?;
        let domain = caller.domain;
        let made = move |engine: Engine, config: &DomainConfig| {
            if config.directory.profiles.len() >= PROFILES_MAX {
                return Err(Error::Conflict(text!(
                    "the domain has {max} access profiles already",
                    max = PROFILES_MAX
                )));
            }
            let id = AccessProfileId(engine.core.ids.next(engine.core.clock.now().0));
            let profile = AccessProfile {
                id,
                name: String::new(),
                user_type: input.user_type.unwrap_or(UserType::Agents),
                is_default: false,
                grants: Vec::new(),
            };
            let profile = put(profile, &input, config)?;
            let mut write = Write::new().step(store::domains::raise_revision(domain, config.revision));
            write.push(store::access_profiles::insert(domain, &profile));
            if profile.is_default {
                write.push(store::access_profiles::only_default(domain, &profile));
            }
            Ok(Decision { write, answer: profile, reload: true })
        };
        self.administer(domain, move |engine, config| {
            let decision = made(engine, &config);
            Box::pin(async move { decision })
        })
        .await
    }

    /// Changes an access profile; its people keep it.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` with every fault's path, or `Conflict` when nobody could manage profiles any more.
    pub async fn update_access_profile(
        &self,
        caller: &Caller,
        id: AccessProfileId,
        input: ProfileInput,
    ) -> Result<AccessProfile, Error> {
        caller.require(Grant::AllowManagingAccessProfiles)?;
        let domain = caller.domain;
        self.administer(domain, move |engine, config| {
            let input = input.clone();
            Box::pin(async move {
                let was = found(&config, id)?;
                let profile = put(was.clone(), &input, &config)?;
                let loses = |grant| was.may(grant) && !profile.may(grant);
                if loses(Grant::AllowManagingAccessProfiles) {
                    engine.somebody_manages(domain, &config, Some(id), "").await?;
                }
                let mut write = Write::new().step(store::domains::raise_revision(domain, config.revision));
                write.push(store::access_profiles::update(domain, &profile));
                if profile.is_default {
                    write.push(store::access_profiles::only_default(domain, &profile));
                }
                Ok(Decision { write, answer: profile, reload: true })
            })
        })
        .await
    }

    /// Deletes an access profile that nobody has and that is not the default.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict`.
    pub async fn delete_access_profile(&self, caller: &Caller, id: AccessProfileId) -> Result<(), Error> {
        caller.require(Grant::AllowManagingAccessProfiles)?;
        let domain = caller.domain;
        self.administer(domain, move |engine, config| {
            Box::pin(async move {
                let profile = found(&config, id)?;
                if profile.is_default {
                    return Err(Error::Conflict(match profile.user_type {
                        UserType::Agents => {
                            text!("this is the default profile of agents; make another one the default first")
                        }
                        UserType::Customers => text!(
                            "this is the default profile of customers; make another one the default first"
                        ),
                    }));
                }
                if store::people::is_in_use(&engine.core.reader, domain, id).await? {
                    return Err(Error::Conflict(text!(
                        "somebody has this profile; give them another one first"
                    )));
                }
                let write = Write::new()
                    .step(store::domains::raise_revision(domain, config.revision))
                    .step(store::access_profiles::delete(domain, id));
                Ok(Decision { write, answer: (), reload: true })
            })
        })
        .await
    }
}

fn found(config: &DomainConfig, id: AccessProfileId) -> Result<AccessProfile, Error> {
    let found = config.directory.profile(id).cloned();
    found.ok_or_else(|| Error::NotFound(format!("access profile {id}")))
}

/// The profile with what was sent.
fn put(was: AccessProfile, input: &ProfileInput, config: &DomainConfig) -> Result<AccessProfile, Error> {
    let mut profile = was.clone();
    if let Some(name) = &input.name {
        profile.name.clone_from(name);
    }
    if let Some(grants) = &input.grants {
        profile.grants = Grant::ALL.into_iter().filter(|grant| grants.contains(grant)).collect();
    }
    profile.is_default = input.is_default.unwrap_or(was.is_default);
    let mut faults = profile.faults();
    if let Some(other) = config.directory.profile_named(&profile.name).filter(|other| other.id != profile.id)
    {
        faults.push(Fault::new("name", text!("is taken by the access profile {id}", id = other.id)));
    }
    if input.user_type.is_some_and(|user_type| user_type != was.user_type) {
        faults.push(Fault::new("user_type", text!("stays as it was made; make another profile instead")));
    }
    if was.is_default && !profile.is_default {
        faults.push(Fault::new(
            "is_default",
            text!("moves when another profile of the type is made the default"),
        ));
    }
    if faults.is_empty() { Ok(profile) } else { Err(Error::Invalid(faults)) }
}
