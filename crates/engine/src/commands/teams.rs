//! Teams: making, renaming, taking out of use, deleting them. Tickets keep the name that they were given.

use crate::Engine;
use crate::administer::Decision;
use crate::caller::Caller;
use crate::config::DomainConfig;
use crate::error::Error;
use model::access_profile::{Grant, name_faults};
use model::fault::Fault;
use model::field::Field;
use model::ids::TeamId;
use model::team::{TEAMS_MAX, Team};
use model::text;
use model::time::Timestamp;
use model::trigger::Trigger;
use store::db::Write;

/// What a caller sends of a team. `None` leaves a field alone.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each field is the team's field of that name")]
pub struct TeamInput {
    pub name: Option<String>,
    pub is_active: Option<bool>,
}

impl Engine {
    /// Makes a team.
    ///
    /// # Errors
    /// `Invalid` with every fault's path; nothing was stored.
    pub async fn create_team(&self, caller: &Caller, input: TeamInput) -> Result<Team, Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let domain = caller.domain;
        self.administer(domain, move |engine, config| {
            let input = input.clone();
            Box::pin(async move {
                if config.directory.teams.len() >= TEAMS_MAX {
                    return Err(Error::Conflict(text!(
                        "the domain has {max} teams already",
                        max = TEAMS_MAX
                    )));
                }
                let id = TeamId(engine.core.ids.next(engine.core.clock.now().0));
                let name = input.name.unwrap_or_default();
                check_name(&config, id, &name)?;
                let is_active = input.is_active.unwrap_or(true);
                let team = Team { id, name, is_active, former_names: Vec::new() };
                let write = Write::new()
                    .step(store::domains::raise_revision(domain, config.revision))
                    .step(store::teams::insert(domain, &team));
                Ok(Decision { write, answer: team, reload: true })
            })
        })
        .await
    }

    /// Renames a team, takes it out of use or back. Its people stay in it, and triggers that name it follow.
    ///
    /// # Errors
    /// `NotFound`, or `Invalid` with every fault's path.
    pub async fn update_team(&self, caller: &Caller, id: TeamId, input: TeamInput) -> Result<Team, Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let by = caller.clone();
        self.administer(caller.domain, move |engine, config| {
            let (input, by) = (input.clone(), by.clone());
            Box::pin(async move {
                let domain = by.domain;
                let mut team = found(&config, id)?;
                let old = team.name.clone();
                if let Some(name) = &input.name {
                    check_name(&config, id, name)?;
                    team.rename(name);
                }
                team.is_active = input.is_active.unwrap_or(team.is_active);
                let mut write = Write::new()
                    .step(store::domains::raise_revision(domain, config.revision))
                    .step(store::teams::update(domain, &team));
                if team.name != old {
                    let all = store::triggers::all(&engine.core.reader, domain).await?;
                    for trigger in renamed(all, &old, &team.name, engine.core.clock.now()) {
                        let (revision, by) = (config.revision + 1, by.person_id());
                        write.push(store::triggers::save(domain, &trigger));
                        write.push(store::triggers::keep_revision(domain, &trigger, revision, false, by));
                    }
                }
                Ok(Decision { write, answer: team, reload: true })
            })
        })
        .await
    }

    /// Deletes a team to which nobody belongs and that no trigger names.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict`.
    pub async fn delete_team(&self, caller: &Caller, id: TeamId) -> Result<(), Error> {
        caller.require(Grant::AllowWritingPeople)?;
        let domain = caller.domain;
        self.administer(domain, move |engine, config| {
            Box::pin(async move {
                let team = found(&config, id)?;
                if store::teams::has_members(&engine.core.reader, domain, id).await? {
                    let message = text!(
                        "somebody belongs to this team; take it out of use instead, or its people out of it"
                    );
                    return Err(Error::Conflict(message));
                }
                let all = store::triggers::all(&engine.core.reader, domain).await?;
                if let Some(trigger) = renamed(all, &team.name, "", Timestamp::default()).first() {
                    return Err(Error::Conflict(text!(
                        "the trigger {name} ({id}) names this team; change it first",
                        name = trigger.draft.name,
                        id = trigger.id
                    )));
                }
                let write = Write::new()
                    .step(store::domains::raise_revision(domain, config.revision))
                    .step(store::teams::delete(domain, id));
                Ok(Decision { write, answer: (), reload: true })
            })
        })
        .await
    }
}

fn found(config: &DomainConfig, id: TeamId) -> Result<Team, Error> {
    config.directory.team(id).cloned().ok_or_else(|| Error::NotFound(format!("team {id}")))
}

fn check_name(config: &DomainConfig, id: TeamId, name: &str) -> Result<(), Error> {
    let mut faults = name_faults(name);
    if let Some(other) = config.directory.team_named(name).filter(|other| other.id != id) {
        faults.push(Fault::new("name", text!("is taken by the team {id}", id = other.id)));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// The triggers that name the team, as their next revision.
fn renamed(all: Vec<Trigger>, old: &str, new: &str, now: Timestamp) -> Vec<Trigger> {
    let next = |mut trigger: Trigger| {
        let names_it = trigger.draft.conditions.rename(Field::Team, old, new);
        (trigger.revision, trigger.updated_at) = (trigger.revision + 1, now);
        names_it.then_some(trigger)
    };
    all.into_iter().filter_map(next).collect()
}
