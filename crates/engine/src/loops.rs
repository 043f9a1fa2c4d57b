//! Watches for triggers that fire very often on one ticket. It stops nothing: outside a chain of causes every change
//! goes out; people are told.

use model::ids::TriggerId;
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Firings of one trigger on one ticket within a minute that are still usual.
const USUAL_MAX: u32 = 20;
const MINUTE_MS: i64 = 60_000;
/// Pairs of trigger and ticket that are watched at most; past it the minute begins anew for all.
const WATCHED_MAX: usize = 50_000;

/// Counts firings by the minute.
#[derive(Debug, Default)]
pub struct LoopWatch(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    began: Timestamp,
    counts: HashMap<(TriggerId, i64), u32>,
}

impl LoopWatch {
    /// Counts a firing; true for the one that is first past the usual in its minute.
    pub fn fires_often(&self, trigger: TriggerId, ticket: i64, at: Timestamp) -> bool {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if at.0 - minute.began.0 >= MINUTE_MS || minute.counts.len() >= WATCHED_MAX {
            minute.began = at;
            minute.counts.clear();
        }
        let count = minute.counts.entry((trigger, ticket)).or_default();
        *count += 1;
        *count == USUAL_MAX + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twenty_first_firing_of_a_minute_is_told_once() {
        let watch = LoopWatch::default();
        let told = (1..=30).filter(|_| watch.fires_often(TriggerId(1), 7, Timestamp(1_000))).count();
        assert_eq!(told, 1);
        assert!(!watch.fires_often(TriggerId(1), 8, Timestamp(1_000)), "another ticket");
        assert!(!watch.fires_often(TriggerId(1), 7, Timestamp(1_000 + MINUTE_MS)), "another minute");
    }
}
