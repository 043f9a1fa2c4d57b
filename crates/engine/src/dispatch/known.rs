//! The deliveries that this node's memory holds, so that the look at the queue takes up only what no memory does.

use model::ids::DeliveryId;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

/// Deliveries that were handed over or claimed and are not yet forgotten, each with the number of its jobs: once a job's
/// record is committed the delivery may be claimed again, a moment before that job forgets it.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<DeliveryId, u32>>);

impl Known {
    /// Takes up one job of each.
    pub(super) fn register(&self, ids: impl IntoIterator<Item = DeliveryId>) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            *jobs.entry(id).or_default() += 1;
        }
    }

    /// Ends one job of each.
    pub(super) fn forget(&self, ids: impl IntoIterator<Item = DeliveryId>) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            if let Entry::Occupied(mut count) = jobs.entry(id) {
                *count.get_mut() -= 1;
                if *count.get() == 0 {
                    count.remove();
                }
            }
        }
    }

    /// Keeps of a list what no job holds.
    pub(super) fn retain_unknown<T>(&self, list: &mut Vec<T>, id: impl Fn(&T) -> DeliveryId) {
        let jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|one| !jobs.contains_key(&id(one)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(known: &Known) -> Vec<i64> {
        let mut list = vec![1, 2];
        known.retain_unknown(&mut list, |id| DeliveryId(*id));
        list
    }

    #[test]
    fn a_delivery_that_is_claimed_again_before_its_last_job_forgets_it_stays_known() {
        let known = Known::default();
        assert_eq!(unknown(&known), [1, 2]);
        known.register([DeliveryId(1)]);
        known.register([DeliveryId(1)]);
        known.forget([DeliveryId(1)]);
        assert_eq!(unknown(&known), [2], "the second job holds it");
        known.forget([DeliveryId(1), DeliveryId(2)]);
        assert_eq!(unknown(&known), [1, 2]);
    }
}
