//! Writing the list of triggers as a whole: move one, enable or disable several, bring a deleted one back.

use crate::Engine;
use crate::caller::Caller;
use crate::commit::STALE_MAX;
use crate::error::Error;
use crate::start::load_config;
use model::access_profile::Grant;
use model::ids::TriggerId;
use model::text;
use model::trigger::Trigger;
use store::db::{CommitError, Write};
use store::trigger_firings::Fired;

use super::triggers::next_revision;

/// Triggers that one call enables or disables, at most.
const SWITCHED_MAX: usize = 1_000;

/// Where in the order a trigger goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the one before it.
    Earlier,
    /// Behind the one behind it.
    Later,
    /// To this place, from 1; past the end is the end.
    At(usize),
}

impl Engine {
    /// Moves a trigger in the order, and answers its place, from 1.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn move_trigger(&self, caller: &Caller, id: TriggerId, place: Place) -> Result<usize, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let all = store::triggers::all(&self.core.reader, caller.domain).await?;
        let mut ids: Vec<TriggerId> = all.iter().map(|trigger| trigger.id).collect();
        let from = ids.iter().position(|known| *known == id);
        let from = from.ok_or_else(|| Error::NotFound(format!("trigger {id}")))?;
        let wanted = match place {
            Place::Earlier => from.saturating_sub(1),
            Place::Later => from + 1,
            Place::At(place) => place.saturating_sub(1),
        };
        let to = wanted.min(ids.len() - 1);
        if to != from {
            ids.remove(from);
            ids.insert(to, id);
            self.order_triggers(caller, &ids).await?;
        }
        Ok(to + 1)
    }

    /// Lets several triggers run, or not, in one write; answers how many it changed. Those that do not exist are passed
    /// over.
    ///
    /// # Errors
    /// `Invalid` for more than 1 000 at once.
    pub async fn set_triggers_enabled(
        &self,
        caller: &Caller,
        ids: &[TriggerId],
        enabled: bool,
    ) -> Result<usize, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        if ids.len() > SWITCHED_MAX {
            return Err(Error::invalid("ids", text!("names more than {max} triggers", max = SWITCHED_MAX)));
        }
        let (engine, by, ids) = (self.clone(), caller.clone(), ids.to_vec());
        self.to_the_end(async move { engine.switch_to_the_end(&by, &ids, enabled).await }).await
    }

    async fn switch_to_the_end(
        &self,
        caller: &Caller,
        ids: &[TriggerId],
        enabled: bool,
    ) -> Result<usize, Error> {
        let _admin = self.core.admin.lock().await;
        for stale in 0..STALE_MAX {
            self.refresh_after(stale).await?;
            let config = self.core.config.domain(caller.domain)?;
            let mut write = Write::new().step(store::domains::raise_revision(caller.domain, config.revision));
            let mut changed = 0;
            for id in ids {
                let found = store::triggers::find(&self.core.reader, caller.domain, *id).await?;
                let Some(found) = found.filter(|found| found.draft.enabled != enabled) else { continue };
                let mut trigger = next_revision(found, self.core.clock.now());
                trigger.draft.enabled = enabled;
                let (revision, by) = (config.revision + 1, caller.person_id());
                write.push(store::triggers::save(caller.domain, &trigger));
                write.push(store::triggers::keep_revision(caller.domain, &trigger, revision, false, by));
                changed += 1;
            }
            if changed == 0 {
                return Ok(0);
            }
            match self.core.committer.commit(write).await {
                Err(CommitError::Stale | CommitError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => {
                    self.reload().await;
                    return Ok(changed);
                }
            }
        }
        Err(CommitError::Stale.into())
    }

    /// Brings a deleted trigger back as it was, at its place in the order. One that is there stays as it is.
    ///
    /// # Errors
    /// `NotFound` when there never was such a trigger.
    pub async fn restore_trigger(&self, caller: &Caller, id: TriggerId) -> Result<Trigger, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, by) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.restore_to_the_end(&by, id).await }).await
    }

    async fn restore_to_the_end(&self, caller: &Caller, id: TriggerId) -> Result<Trigger, Error> {
        let _admin = self.core.admin.lock().await;
        for stale in 0..STALE_MAX {
            self.refresh_after(stale).await?;
            let config = self.core.config.domain(caller.domain)?;
            if let Some(present) = store::triggers::find(&self.core.reader, caller.domain, id).await? {
                return Ok(present);
            }
            let last = store::triggers::revision_at(&self.core.reader, caller.domain, id, i64::MAX).await?;
            let last = last.ok_or_else(|| Error::NotFound(format!("trigger {id}")))?;
            let now = self.core.clock.now();
            let trigger = Trigger {
                id,
                revision: last.revision + 1,
                position: last.position,
                draft: last.draft,
                managed_by: config.keeper_of(id),
                created_at: now,
                updated_at: now,
            };
            match self.save_trigger(caller, &config, trigger, now).await {
                Err(CommitError::Stale | CommitError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
                Ok(trigger) => return Ok(trigger),
            }
        }
        Err(CommitError::Stale.into())
    }

    /// Before another try: waits a little and reads what others have written.
    async fn refresh_after(&self, stale: u32) -> Result<(), Error> {
        if stale > 0 {
            self.core.committer.pause(stale).await;
            load_config(&self.core).await?;
        }
        Ok(())
    }

    /// What this node counted of a trigger's firings in the last seconds and has not written yet.
    pub fn unwritten_firings(&self, caller: &Caller, id: TriggerId) -> Option<Fired> {
        self.core.firings.unwritten(caller.domain, id)
    }
}
