//! Counts how often each trigger fires. The counts are gathered in memory and written by the few seconds: a save must not
//! wait for the row of a trigger that fires all the time. A crash loses the firings of those seconds from the count, and
//! nothing else: the changes themselves keep each firing.

use crate::core::Core;
use model::ids::{DomainId, TriggerId};
use model::matching::Firing;
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::db::Write;
use store::trigger_firings::{Fired, add};
use tokio_util::sync::CancellationToken;

/// How often the counts are written.
const WRITE_EVERY: Duration = Duration::from_secs(10);
/// Counts that one write takes.
const SLICE: usize = 500;

/// What fired since the counts were last written.
#[derive(Debug, Default)]
pub(crate) struct Firings(Mutex<HashMap<(DomainId, TriggerId), Fired>>);

impl Firings {
    fn all(&self) -> MutexGuard<'_, HashMap<(DomainId, TriggerId), Fired>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a change's firings.
    pub(crate) fn count(&self, domain: DomainId, firings: &[Firing], at: Timestamp) {
        if firings.is_empty() {
            return;
        }
        let mut all = self.all();
        for firing in firings {
            let one = Fired { times: 1, last_at: at };
            let known = all.entry((domain, firing.trigger)).or_insert(Fired { times: 0, last_at: at });
            *known = known.and(one);
        }
    }

    /// What is not written yet of a trigger.
    pub(crate) fn unwritten(&self, domain: DomainId, trigger: TriggerId) -> Option<Fired> {
        self.all().get(&(domain, trigger)).copied()
    }

    /// Some of what is to be written, in the order of its keys.
    fn slice(&self) -> Vec<(DomainId, TriggerId, Fired)> {
        let all = self.all();
        let mut slice: Vec<_> =
            all.iter().map(|(&(domain, trigger), &fired)| (domain, trigger, fired)).collect();
        slice.sort_by_key(|(domain, trigger, _)| (*domain, *trigger));
        slice.truncate(SLICE);
        slice
    }

    /// Takes off what was written; what came since stays.
    fn written(&self, slice: &[(DomainId, TriggerId, Fired)]) {
        let mut all = self.all();
        for (domain, trigger, fired) in slice {
            if let Some(left) = all.get_mut(&(*domain, *trigger)) {
                left.times -= fired.times;
            }
        }
        all.retain(|_, fired| fired.times > 0);
    }
}

/// Writes the counts every few seconds until told to stop, and what is left then.
pub(crate) async fn write_counts(core: Arc<Core>, stop: CancellationToken) {
    loop {
        let stopped = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(WRITE_EVERY) => false,
        };
        write_all(&core).await;
        if stopped {
            return;
        }
    }
}

async fn write_all(core: &Core) {
    loop {
        let slice = core.firings.slice();
        if slice.is_empty() {
            return;
        }
        if let Err(error) = core.committer.commit(Write::new().step(add(&slice))).await {
            tracing::debug!(%error, "firings were not counted yet; trying again in a few seconds");
            return;
        }
        core.firings.written(&slice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firing(trigger: i64) -> Firing {
        Firing {
            trigger: TriggerId(trigger),
            revision: 1,
            name: String::new(),
            integration: None,
            pass: 1,
            position: 1,
            reasons: Vec::new(),
            actions: Vec::new(),
            fault: None,
        }
    }

    #[test]
    fn what_came_while_a_slice_was_written_is_kept() {
        let (firings, domain) = (Firings::default(), DomainId(1));
        firings.count(domain, &[firing(7), firing(8)], Timestamp(5));
        let slice = firings.slice();
        assert_eq!(slice.len(), 2);
        firings.count(domain, &[firing(8)], Timestamp(6));
        assert_eq!(firings.unwritten(domain, TriggerId(8)), Some(Fired { times: 2, last_at: Timestamp(6) }));
        firings.written(&slice);
        assert_eq!(firings.slice(), [(domain, TriggerId(8), Fired { times: 1, last_at: Timestamp(6) })]);
    }
}
