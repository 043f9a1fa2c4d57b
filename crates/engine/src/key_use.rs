//! What a request leaves behind at its API key: a count for the limit a minute, and when the key was used last. Both in
//! memory, each one atomic number; the last use is written down once a minute and when the server stops.

use crate::core::Core;
use model::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use store::db::Write;
use tokio_util::sync::CancellationToken;

/// Between two times at which uses are written down.
const WRITE_EVERY: Duration = Duration::from_mins(1);
/// Uses written at once.
const SLICE: usize = 500;
/// A use that follows another one sooner is not noted: requests on many cores would pass one number around.
const NOTED_EVERY_MS: i64 = 1_000;
/// The window in which requests are counted.
const WINDOW_MS: i64 = 60_000;
/// Bits of the count; the rest says when its window began.
const COUNT_BITS: u32 = 20;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;

/// How a key is used.
#[derive(Debug, Default)]
pub(crate) struct KeyUse {
    /// When the window began, and the requests in it.
    window: AtomicU64,
    last_ms: AtomicI64,
    written_ms: AtomicI64,
}

impl KeyUse {
    /// Counts a request. Answers how long until the next one is possible, when there were as many as may be: milliseconds.
    pub(crate) fn count(&self, now: Timestamp, per_minute: u32) -> Result<(), i64> {
        let (now, most) = (now.0.max(0).unsigned_abs(), u64::from(per_minute).min(COUNT_MAX));
        let window = WINDOW_MS.unsigned_abs();
        let counted = self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |packed| {
            let (began, count) = (packed >> COUNT_BITS, packed & COUNT_MAX);
            // A clock that stepped back begins anew too.
            if now < began || now >= began + window {
                return Some((now << COUNT_BITS) | 1);
            }
            (count < most).then(|| packed + 1)
        });
        counted.map(|_| ()).map_err(|packed| {
            let left = ((packed >> COUNT_BITS) + window).saturating_sub(now);
            i64::try_from(left).unwrap_or(WINDOW_MS)
        })
    }

    /// Notes that the key is used.
    pub(crate) fn note(&self, now: Timestamp) {
        if now.0 - self.last_ms.load(Ordering::Relaxed) >= NOTED_EVERY_MS {
            self.last_ms.store(now.0, Ordering::Relaxed);
        }
    }

    /// The last use since this node began.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        Some(self.last_ms.load(Ordering::Relaxed)).filter(|ms| *ms > 0).map(Timestamp)
    }

    /// The last use, if it is not written down yet.
    pub(crate) fn unwritten(&self) -> Option<Timestamp> {
        self.last().filter(|last| last.0 > self.written_ms.load(Ordering::Relaxed))
    }

    fn set_written(&self, at: Timestamp) {
        self.written_ms.store(at.0, Ordering::Relaxed);
    }
}

/// Writes uses down, once a minute and at the end.
pub(crate) async fn note_uses(core: Arc<Core>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(WRITE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let ends = tokio::select! {
            () = stop.cancelled() => true,
            _ = ticks.tick() => false,
        };
        write_uses(&core).await;
        if ends {
            return;
        }
    }
}

async fn write_uses(core: &Core) {
    let uses = core.config.unwritten_uses();
    for slice in uses.chunks(SLICE) {
        let rows: Vec<_> = slice.iter().map(|(key, at, _)| (key.domain, key.id, *at)).collect();
        match core.committer.commit(Write::new().step(store::keys::used(&rows))).await {
            Ok(_) => slice.iter().for_each(|(_, at, uses)| uses.set_written(*at)),
            Err(error) => {
                tracing::warn!(%error, "the last uses of keys were not written down; trying again in a minute");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_ask_so_often_in_a_minute_and_then_waits_for_the_next() {
        let uses = KeyUse::default();
        let count = |ms: i64| uses.count(Timestamp(1_772_600_000_000 + ms), 3);
        assert_eq!([count(0), count(1), count(30_000)], [Ok(()); 3]);
        assert_eq!([count(30_000), count(59_999)], [Err(30_000), Err(1)]);
        assert_eq!(
            [count(60_000), count(60_000), count(60_000), count(60_000)],
            [Ok(()), Ok(()), Ok(()), Err(60_000)]
        );
        assert_eq!(count(-1), Ok(()), "the clock stepped back");
    }

    #[test]
    fn a_use_is_noted_to_the_second_until_it_is_written() {
        let uses = KeyUse::default();
        assert_eq!((uses.last(), uses.unwritten()), (None, None));
        uses.note(Timestamp(5_000));
        uses.note(Timestamp(5_500));
        assert_eq!(uses.unwritten(), Some(Timestamp(5_000)));
        uses.set_written(Timestamp(5_000));
        assert_eq!((uses.last(), uses.unwritten()), (Some(Timestamp(5_000)), None));
        uses.note(Timestamp(6_000));
        assert_eq!(uses.unwritten(), Some(Timestamp(6_000)));
    }
}
