//! One change of a ticket at a time on this node: from read to commit, so that guards seldom miss.

use model::ids::DomainId;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Tickets share locks by hash; a shared lock costs waiting, never correctness.
const SHARDS: usize = 8_192;

/// The locks.
pub struct TicketLocks {
    hasher: RandomState,
    shards: Vec<Arc<Mutex<()>>>,
}

impl Default for TicketLocks {
    fn default() -> Self {
        TicketLocks { hasher: RandomState::new(), shards: (0..SHARDS).map(|_| Arc::default()).collect() }
    }
}

impl TicketLocks {
    /// Waits for the ticket's lock.
    pub async fn lock(&self, domain: DomainId, number: i64) -> OwnedMutexGuard<()> {
        let shard = self.hasher.hash_one((domain, number)) as usize % SHARDS;
        Arc::clone(&self.shards[shard]).lock_owned().await
    }
}
