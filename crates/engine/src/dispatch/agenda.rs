//! When the dispatcher must look at which endpoint: the earliest due times that this node knows.

use model::ids::EndpointId;
use model::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Due times by endpoint, earliest first. An entry may be out of date: the endpoint itself knows better.
#[derive(Debug, Default)]
pub struct Agenda {
    entries: Mutex<BTreeSet<(Timestamp, EndpointId)>>,
    /// Told whenever an entry is added.
    pub added: Notify,
}

impl Agenda {
    /// Adds an entry and wakes the dispatcher.
    pub fn add(&self, due: Timestamp, endpoint: EndpointId) {
        if self.entries.lock().unwrap_or_else(PoisonError::into_inner).insert((due, endpoint)) {
            self.added.notify_one();
        }
    }

    /// Takes out what is due, each endpoint once, in the order of its due time.
    pub fn take_due(&self, now: Timestamp) -> Vec<EndpointId> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let later = entries.split_off(&(now.plus_ms(1), EndpointId(i64::MIN)));
        let due = std::mem::replace(&mut *entries, later);
        drop(entries);
        let mut seen = std::collections::HashSet::new();
        due.into_iter().map(|(_, endpoint)| endpoint).filter(|endpoint| seen.insert(*endpoint)).collect()
    }

    /// The earliest due time.
    pub fn next(&self) -> Option<Timestamp> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).first().map(|entry| entry.0)
    }
}
