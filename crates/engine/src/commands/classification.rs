//! Editing a domain's words: statuses, urgencies, categories, services, custom fields, SLA agreements. Each edit is one
//! write under the domain's revision; a new name reaches the triggers that say the old one in the same write.

use crate::Engine;
use crate::caller::Caller;
use crate::commit::STALE_MAX;
use crate::config::DomainConfig;
use crate::error::Error;
use crate::start::load_config;
use model::classification::{Classification, EditFault, Noun, Renaming};
use model::text;
use model::ticket::Ticket;
use model::trigger::Trigger;
use model::trigger_draft::{rename, sets_status};
use serde_json::Value;
use std::sync::Arc;
use store::db::{CommitError, Write};

/// Tickets read at once to find one that has a word.
const SLICE: i64 = 500;
/// Slices read at most: with more tickets than that, a word counts as used.
const SLICES: usize = 20;

/// What is done to the words.
#[derive(Debug, Clone)]
enum Edit {
    Create(Value),
    Patch(i64, Value),
    Delete(i64),
    Order(Vec<i64>),
}

/// What an edit led to.
struct Edited {
    id: i64,
    words: Classification,
    triggers: Vec<Trigger>,
}

impl Engine {
    /// Makes a word; it goes last. Answers the number of its identity, and the words as they stand now.
    ///
    /// # Errors
    /// `Invalid` with every fault's path; nothing was stored.
    pub async fn create_word(
        &self,
        caller: &Caller,
        noun: Noun,
        json: &Value,
    ) -> Result<(i64, Arc<Classification>), Error> {
        self.edit_words(caller, noun, Edit::Create(json.clone())).await
    }

    /// Replaces the members of a word that the patch names. Triggers that say its old name say the new one from now on;
    /// tickets take it at their next change.
    ///
    /// # Errors
    /// `NotFound`, or `Invalid` with every fault's path; nothing was stored.
    pub async fn update_word(
        &self,
        caller: &Caller,
        noun: Noun,
        id: i64,
        patch: &Value,
    ) -> Result<Arc<Classification>, Error> {
        Ok(self.edit_words(caller, noun, Edit::Patch(id, patch.clone())).await?.1)
    }

    /// Takes a word away; one that tickets have or that another word names goes out of use instead.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` with what needs it.
    pub async fn delete_word(&self, caller: &Caller, noun: Noun, id: i64) -> Result<(), Error> {
        self.edit_words(caller, noun, Edit::Delete(id)).await.map(|_| ())
    }

    /// Puts the words of a kind into this order.
    ///
    /// # Errors
    /// `Invalid` when one is missing, unknown or named twice.
    pub async fn order_words(&self, caller: &Caller, noun: Noun, ids: Vec<i64>) -> Result<(), Error> {
        self.edit_words(caller, noun, Edit::Order(ids)).await.map(|_| ())
    }

    async fn edit_words(
        &self,
        caller: &Caller,
        noun: Noun,
        edit: Edit,
    ) -> Result<(i64, Arc<Classification>), Error> {
        caller.require(noun.grant())?;
        let (engine, by) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.edit_words_to_the_end(&by, noun, &edit).await }).await
    }

    async fn edit_words_to_the_end(
        &self,
        caller: &Caller,
        noun: Noun,
        edit: &Edit,
    ) -> Result<(i64, Arc<Classification>), Error> {
        let keep = match edit {
            Edit::Delete(id) => self.is_used(caller, noun, *id).await?,
            _ => false,
        };
        let _admin = self.core.admin.lock().await;
        for stale in 0..STALE_MAX {
            if stale > 0 {
                self.core.committer.pause(stale).await;
                load_config(&self.core).await?;
            }
            let config = self.core.config.domain(caller.domain)?;
            let edited = self.edited_words(caller, &config, noun, edit, keep).await?;
            match self.save_words(caller, &config, &edited).await {
                Err(CommitError::Stale | CommitError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
                Ok(()) => {
                    self.reload().await;
                    return Ok((edited.id, Arc::new(edited.words)));
                }
            }
        }
        Err(CommitError::Stale.into())
    }

    async fn edited_words(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        noun: Noun,
        edit: &Edit,
        keep: bool,
    ) -> Result<Edited, Error> {
        let now = self.core.clock.now();
        let before = &config.classification;
        let mut words = Classification::clone(before);
        let mut renamings = Vec::new();
        let done = match edit {
            Edit::Create(json) => words.create(noun, self.core.ids.next(now.0), json),
            Edit::Patch(id, patch) => words.patch(noun, *id, patch).map(|told| {
                renamings = told;
                *id
            }),
            Edit::Delete(id) => words.remove(noun, *id, keep).map(|()| *id),
            Edit::Order(ids) => words.order(noun, ids).map(|()| 0),
        };
        let id = done.map_err(|fault| refused(fault, noun))?;
        let mut triggers = Vec::new();
        if noun == Noun::Status && matches!(edit, Edit::Patch(..) | Edit::Delete(_)) || !renamings.is_empty()
        {
            let all = store::triggers::all(&self.core.reader, caller.domain).await?;
            check_set_statuses(before, &words, &all)?;
            triggers = renamed(all, &renamings);
            for trigger in &mut triggers {
                (trigger.revision, trigger.updated_at) = (trigger.revision + 1, now);
            }
        }
        Ok(Edited { id, words, triggers })
    }

    async fn save_words(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        edited: &Edited,
    ) -> Result<(), CommitError> {
        let domain = caller.domain;
        let mut write = Write::new()
            .step(store::domains::raise_revision(domain, config.revision))
            .step(store::domains::set_classification(domain, &edited.words));
        for trigger in &edited.triggers {
            let by = caller.person_id();
            write.push(store::triggers::save(domain, trigger));
            write.push(store::triggers::keep_revision(domain, trigger, config.revision + 1, false, by));
        }
        self.core.committer.commit(write).await.map(|_| ())
    }

    /// Whether a ticket has the word, or there are too many tickets to look at. Tickets keep what they have in any case:
    /// a word that is kept can be put in use again under its identity.
    async fn is_used(&self, caller: &Caller, noun: Noun, id: i64) -> Result<bool, Error> {
        let words = self.classification(caller.domain);
        let Some(name) = words.name_of(noun, id).map(str::to_owned) else { return Ok(false) };
        let mut after = 0;
        for _ in 0..SLICES {
            let tickets = store::tickets::by_number(&self.core.reader, caller.domain, after, SLICE).await?;
            if tickets.iter().any(|ticket| has(ticket, noun, id, &name)) {
                return Ok(true);
            }
            match tickets.last().filter(|_| tickets.len() as i64 == SLICE) {
                Some(last) => after = last.number,
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

fn has(ticket: &Ticket, noun: Noun, id: i64, name: &str) -> bool {
    match noun {
        Noun::Status => ticket.status == name,
        Noun::Urgency => ticket.urgency == name,
        Noun::Category => ticket.category == name,
        Noun::Service => ticket.service_id.is_some_and(|service| service.0 == id),
        Noun::CustomField => ticket.custom_fields.iter().any(|value| value.custom_field_id == id),
        Noun::SlaAgreement => ticket.sla.agreement == name,
    }
}

fn refused(fault: EditFault, noun: Noun) -> Error {
    match fault {
        EditFault::Missing => Error::NotFound(format!("such {}", noun.text())),
        EditFault::Invalid(faults) => Error::Invalid(faults),
        EditFault::Conflict(text) => Error::Conflict(text),
    }
}

/// Refuses to take a status away, or out of use, while a trigger puts tickets into it.
fn check_set_statuses(
    before: &Classification,
    after: &Classification,
    triggers: &[Trigger],
) -> Result<(), Error> {
    for status in before.statuses.iter().filter(|status| status.is_active) {
        let stays = after.statuses.iter().any(|other| other.id == status.id && other.is_active);
        let sets = |trigger: &&Trigger| sets_status(&trigger.draft, &status.name);
        if let Some(trigger) = triggers.iter().filter(|_| !stays).find(sets) {
            let name = &trigger.draft.name;
            let text = text!(
                "the trigger `{name}` puts tickets into `{status}`; edit it first",
                name,
                status = status.name
            );
            return Err(Error::Conflict(text));
        }
    }
    Ok(())
}

/// The triggers that say an old name, with the new one.
fn renamed(triggers: Vec<Trigger>, renamings: &[Renaming]) -> Vec<Trigger> {
    let mut triggers = triggers;
    triggers.retain_mut(|trigger| rename(&mut trigger.draft, renamings));
    triggers
}
