//! Writing triggers: create, edit, clone, enable, disable, delete, reorder. Each raises the domain's configuration
//! revision under its guard, keeps a revision of the trigger, and makes an endpoint for every new URL.

use crate::Engine;
use crate::caller::Caller;
use crate::commit::STALE_MAX;
use crate::config::DomainConfig;
use crate::dispatch::{Lane, Secrets};
use crate::error::Error;
use crate::outbound::parse_url;
use crate::signing::Secret;
use crate::start::load_config;
use model::access_profile::Grant;
use model::fault::Fault;
use model::ids::{EndpointId, TriggerId};
use model::text;
use model::time::Timestamp;
use model::trigger::{Trigger, TriggerDraft, limits};
use model::trigger_action::TriggerAction;
use model::trigger_draft::{Known, MEMBERS, people_named, read};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use store::db::{CommitError, Write};
use store::endpoints::EndpointRow;

/// Triggers of a domain, at most.
const TRIGGERS_MAX: usize = 100_000;

/// A trigger that was saved, and what its author should know.
#[derive(Debug, Clone)]
pub struct Saved {
    /// As it stands now.
    pub trigger: Trigger,
    /// Faults that did not prevent the save, such as a URL that the outbound guard refuses.
    pub warnings: Vec<Fault>,
}

/// What a save does to the list of triggers.
enum Edit {
    Create(Value),
    Patch(TriggerId, Value),
    Clone(TriggerId),
    Enable(TriggerId, bool),
}

impl Engine {
    /// Creates a trigger; it goes last.
    ///
    /// # Errors
    /// `Invalid` with every fault's path; nothing was stored.
    pub async fn create_trigger(&self, caller: &Caller, json: &Value) -> Result<Saved, Error> {
        self.edit_trigger(caller, Edit::Create(json.clone())).await
    }

    /// Replaces the members of a trigger that the patch names.
    ///
    /// # Errors
    /// `NotFound`, or `Invalid` with every fault's path; nothing was stored.
    pub async fn update_trigger(
        &self,
        caller: &Caller,
        id: TriggerId,
        patch: &Value,
    ) -> Result<Saved, Error> {
        self.edit_trigger(caller, Edit::Patch(id, patch.clone())).await
    }

    /// Makes a disabled copy of a trigger, to be edited; it goes last.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn clone_trigger(&self, caller: &Caller, id: TriggerId) -> Result<Saved, Error> {
        self.edit_trigger(caller, Edit::Clone(id)).await
    }

    /// Lets a trigger run, or not.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn set_trigger_enabled(
        &self,
        caller: &Caller,
        id: TriggerId,
        enabled: bool,
    ) -> Result<Saved, Error> {
        self.edit_trigger(caller, Edit::Enable(id, enabled)).await
    }

    async fn edit_trigger(&self, caller: &Caller, edit: Edit) -> Result<Saved, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, by) = (self.clone(), caller.clone());
        let trigger = self.to_the_end(async move { engine.edit_to_the_end(&by, &edit).await }).await?;
        let warnings = self.warnings(&trigger.draft).await;
        Ok(Saved { trigger, warnings })
    }

    async fn edit_to_the_end(&self, caller: &Caller, edit: &Edit) -> Result<Trigger, Error> {
        let _admin = self.core.admin.lock().await;
        for stale in 0..STALE_MAX {
            if stale > 0 {
                self.core.committer.pause(stale).await;
                load_config(&self.core).await?;
            }
            let config = self.core.config.domain(caller.domain)?;
            let now = self.core.clock.now();
            let (mut trigger, json) = self.edited(caller, edit, now).await?;
            if let Some(json) = json {
                trigger.draft = self.read_draft(caller, &config, &json).await?;
            }
            match self.save_trigger(caller, &config, trigger, now).await {
                Err(CommitError::Stale | CommitError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
                Ok(trigger) => return Ok(trigger),
            }
        }
        Err(CommitError::Stale.into())
    }

    /// The trigger before its draft is read, and the JSON to read it from, if it has to be.
    async fn edited(
        &self,
        caller: &Caller,
        edit: &Edit,
        now: Timestamp,
    ) -> Result<(Trigger, Option<Value>), Error> {
        let find = async |id: TriggerId| {
            let found = store::triggers::find(&self.core.reader, caller.domain, id).await?;
            found.ok_or_else(|| Error::NotFound(format!("trigger {id}")))
        };
        match edit {
            Edit::Create(json) => {
                let draft = TriggerDraft {
                    name: String::new(),
                    trigger_type: Default::default(),
                    description: String::new(),
                    enabled: true,
                    conditions: Default::default(),
                    actions: Vec::new(),
                };
                Ok((self.last_trigger(caller, draft, now).await?, Some(json.clone())))
            }
            Edit::Patch(id, patch) => {
                let trigger = next_revision(find(*id).await?, now);
                let json = merged(&trigger.draft, patch)?;
                Ok((trigger, Some(json)))
            }
            Edit::Clone(id) => {
                let mut draft = find(*id).await?.draft;
                draft.enabled = false;
                let room = limits::NAME - " (2)".len();
                draft.name = format!("{} (2)", draft.name.chars().take(room).collect::<String>());
                Ok((self.last_trigger(caller, draft, now).await?, None))
            }
            Edit::Enable(id, enabled) => {
                let mut trigger = next_revision(find(*id).await?, now);
                trigger.draft.enabled = *enabled;
                Ok((trigger, None))
            }
        }
    }

    pub(super) async fn last_trigger(
        &self,
        caller: &Caller,
        draft: TriggerDraft,
        now: Timestamp,
    ) -> Result<Trigger, Error> {
        let all = store::triggers::all(&self.core.reader, caller.domain).await?;
        if all.len() >= TRIGGERS_MAX {
            return Err(Error::Conflict(text!(
                "the domain has {max} triggers; delete some first",
                max = TRIGGERS_MAX
            )));
        }
        let position = all.last().map_or(1, |last| last.position + 1);
        let id = TriggerId(self.core.ids.next(now.0));
        Ok(Trigger { id, revision: 1, position, draft, managed_by: None, created_at: now, updated_at: now })
    }

    pub(super) async fn read_draft(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        json: &Value,
    ) -> Result<TriggerDraft, Error> {
        let mut named = people_named(json);
        named.truncate(limits::CONDITIONS * limits::VALUES);
        let people = store::people::find_many(&self.core.reader, caller.domain, &named).await?;
        let people: HashSet<String> = people.into_iter().map(|person| person.reference.id).collect();
        let known = Known {
            classification: &config.classification,
            person: &|id| people.contains(id),
            url_fault: &|url| parse_url(url).err().map(|fault| fault.text()),
        };
        read(json, &known).map_err(Error::Invalid)
    }

    pub(super) async fn save_trigger(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        mut trigger: Trigger,
        now: Timestamp,
    ) -> Result<Trigger, CommitError> {
        let mut write = Write::new().step(store::domains::raise_revision(caller.domain, config.revision));
        let lanes = self.add_trigger_steps(&mut write, caller, config, &mut trigger, now);
        self.core.committer.commit(write).await?;
        for lane in lanes {
            self.core.dispatcher.lanes().add(lane);
        }
        self.reload().await;
        Ok(trigger)
    }

    /// Adds what saves a trigger to a write that has raised the domain's revision; answers the endpoints that it makes.
    pub(super) fn add_trigger_steps(
        &self,
        write: &mut Write,
        caller: &Caller,
        config: &DomainConfig,
        trigger: &mut Trigger,
        now: Timestamp,
    ) -> Vec<Arc<Lane>> {
        let mut lanes = Vec::new();
        for action in &mut trigger.draft.actions {
            let TriggerAction::Webhook { url, endpoint } = action else { continue };
            let known = self.core.dispatcher.lanes().find_url(caller.domain, url);
            let made = lanes.iter().find(|lane: &&Arc<Lane>| lane.url == *url).cloned();
            let lane = match known.or(made) {
                Some(lane) => lane,
                None => {
                    let (row, lane) = self.new_endpoint(caller, url, now);
                    write.push(store::endpoints::insert(&row));
                    lanes.push(Arc::clone(&lane));
                    lane
                }
            };
            *endpoint = Some(lane.id);
        }
        let by = caller.person_id();
        write.push(store::triggers::save(caller.domain, trigger));
        write.push(store::triggers::keep_revision(caller.domain, trigger, config.revision + 1, false, by));
        lanes
    }

    fn new_endpoint(&self, caller: &Caller, url: &str, now: Timestamp) -> (EndpointRow, Arc<Lane>) {
        let core = &self.core;
        let id = EndpointId(core.ids.next(now.0));
        let secret = core.random.with(Secret::generate);
        let row = EndpointRow {
            domain: caller.domain,
            id,
            url: url.to_owned(),
            secret: core.vault.seal(&core.random, &secret.to_string(), &id.to_string()),
            previous_secret: None,
            paused: false,
            pause_reason: String::new(),
            last_delivered_at: None,
            created_at: now,
        };
        let secrets = Secrets { current: secret, previous: None };
        (row, Lane::new(id, caller.domain, url.to_owned(), secrets, false, false))
    }

    /// Puts all triggers into this order. Every trigger of the domain must be named, each once.
    ///
    /// # Errors
    /// `Invalid` when one is missing, unknown or named twice.
    pub async fn order_triggers(&self, caller: &Caller, ids: &[TriggerId]) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, by, ids) = (self.clone(), caller.clone(), ids.to_vec());
        self.to_the_end(async move { engine.order_to_the_end(&by, &ids).await }).await
    }

    async fn order_to_the_end(&self, caller: &Caller, ids: &[TriggerId]) -> Result<(), Error> {
        let _admin = self.core.admin.lock().await;
        let config = self.core.config.domain(caller.domain)?;
        let mut all = store::triggers::all(&self.core.reader, caller.domain).await?;
        let places: std::collections::HashMap<_, _> = ids.iter().zip(1..).collect();
        let missing = all.iter().find(|trigger| !places.contains_key(&trigger.id));
        if let Some(missing) = missing {
            return Err(Error::invalid(
                "ids",
                text!("does not name the trigger {id}; name each one once", id = missing.id),
            ));
        }
        if places.len() != ids.len() || ids.len() != all.len() {
            return Err(Error::invalid("ids", text!("names a trigger twice, or one that does not exist")));
        }
        let now = self.core.clock.now();
        let mut write = Write::new().step(store::domains::raise_revision(caller.domain, config.revision));
        for trigger in &mut all {
            let position = places.get(&trigger.id).copied().unwrap_or(trigger.position);
            if position == trigger.position {
                continue;
            }
            (trigger.position, trigger.revision, trigger.updated_at) = (position, trigger.revision + 1, now);
            write.push(store::triggers::save(caller.domain, trigger));
            let by = caller.person_id();
            write.push(store::triggers::keep_revision(
                caller.domain,
                trigger,
                config.revision + 1,
                false,
                by,
            ));
        }
        self.core.committer.commit(write).await?;
        self.reload().await;
        Ok(())
    }

    /// Deletes a trigger. Its deliveries go on; its revisions stay, for the changes that name them.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_trigger(&self, caller: &Caller, id: TriggerId) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, by) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.delete_to_the_end(&by, id).await }).await
    }

    async fn delete_to_the_end(&self, caller: &Caller, id: TriggerId) -> Result<(), Error> {
        let _admin = self.core.admin.lock().await;
        for stale in 0..STALE_MAX {
            if stale > 0 {
                self.core.committer.pause(stale).await;
                load_config(&self.core).await?;
            }
            let config = self.core.config.domain(caller.domain)?;
            let found = store::triggers::find(&self.core.reader, caller.domain, id).await?;
            let found = found.ok_or_else(|| Error::NotFound(format!("trigger {id}")))?;
            let mut write = Write::new().step(store::domains::raise_revision(caller.domain, config.revision));
            add_deletion(&mut write, caller, &config, found, self.core.clock.now());
            match self.core.committer.commit(write).await {
                Err(CommitError::Stale | CommitError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => {
                    self.reload().await;
                    return Ok(());
                }
            }
        }
        Err(CommitError::Stale.into())
    }

    /// What the outbound guard would say to the trigger's URLs now. It may change, so it does not prevent a save.
    pub(super) async fn warnings(&self, draft: &TriggerDraft) -> Vec<Fault> {
        let mut warnings = Vec::new();
        for (at, action) in draft.actions.iter().enumerate() {
            if let TriggerAction::Webhook { url, .. } = action
                && let Some(message) = self.core.outbound.objection(url).await
            {
                warnings.push(Fault::new(format!("actions[{at}].url"), message));
            }
        }
        warnings
    }
}

/// Adds what deletes a trigger to a write that has raised the domain's revision.
pub(super) fn add_deletion(
    write: &mut Write,
    caller: &Caller,
    config: &DomainConfig,
    trigger: Trigger,
    now: Timestamp,
) {
    let (last, by) = (next_revision(trigger, now), caller.person_id());
    write.push(store::triggers::delete(config.id, last.id));
    write.push(store::triggers::keep_revision(config.id, &last, config.revision + 1, true, by));
}

pub(super) fn next_revision(trigger: Trigger, now: Timestamp) -> Trigger {
    Trigger { revision: trigger.revision + 1, updated_at: now, ..trigger }
}

/// A trigger's JSON with the members of the patch put in.
fn merged(draft: &TriggerDraft, patch: &Value) -> Result<Value, Error> {
    let Value::Object(patch) = patch else {
        return Err(Error::invalid(
            "",
            text!("must be an object with some of {allowed}", allowed = MEMBERS.join(", ")),
        ));
    };
    let mut whole = json!(draft);
    // Endpoints are ours: a caller names URLs only.
    for action in whole.get_mut("actions").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(members) = action {
            members.remove("endpoint");
        }
    }
    if let Value::Object(members) = &mut whole {
        members.extend(patch.clone());
    }
    Ok(whole)
}
