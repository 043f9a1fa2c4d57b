//! One life of this node: the owner of its leases, and whether it may act on them. Where other nodes work on the same
//! database, a life that has not shown itself for a while must act as if it were over: another may be about to say so.
//! Does not live here: showing itself, and judging others (`node`).

use model::ids::IncarnationId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// One life of this node.
#[derive(Debug)]
pub struct Life {
    /// The owner of its leases.
    pub incarnation: IncarnationId,
    /// Ends its open calls: the server stops, the database is out of reach, or the life is over.
    pub cut: CancellationToken,
    over: AtomicBool,
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    /// When the newest beat that was committed had begun.
    last: Mutex<Instant>,
    /// How long it may act without another one.
    silent_max: Duration,
}

impl Life {
    /// A life that nobody else judges.
    pub fn unwatched(incarnation: IncarnationId, stop: &CancellationToken) -> Self {
        Life { incarnation, cut: stop.child_token(), over: AtomicBool::new(false), shown: None }
    }

    /// A life that others judge: it begins with a beat at `shown`, and acts at most `silent_max` without another.
    pub fn watched(
        incarnation: IncarnationId,
        stop: &CancellationToken,
        shown: Instant,
        silent_max: Duration,
    ) -> Self {
        let shown = Some(Shown { last: Mutex::new(shown), silent_max });
        Life { shown, ..Life::unwatched(incarnation, stop) }
    }

    /// A beat that began at this instant was committed.
    pub fn has_shown_itself(&self, at: Instant) {
        if let Some(shown) = &self.shown {
            *shown.last.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// Whether it may begin calls and take leases.
    pub fn may_act(&self) -> bool {
        !self.is_over() && !self.is_silent()
    }

    /// Whether its beats have not been committed for so long that others may be about to end it.
    pub fn is_silent(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| {
            shown.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > shown.silent_max
        })
    }

    /// Others have ended it: its leases are theirs.
    pub fn end(&self) {
        self.over.store(true, Ordering::Release);
        self.cut.cancel();
    }

    /// Whether others have ended it.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_life_acts_no_more_until_it_shows_itself() {
        let stop = CancellationToken::new();
        let life = Life::watched(IncarnationId(1), &stop, Instant::now(), Duration::from_secs(9));
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(life.may_act());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!life.may_act() && !life.cut.is_cancelled());
        life.has_shown_itself(Instant::now());
        assert!(life.may_act());
        life.end();
        assert!(!life.may_act() && life.cut.is_cancelled());
        let alone = Life::unwatched(IncarnationId(1), &stop);
        tokio::time::advance(Duration::from_hours(1)).await;
        assert!(alone.may_act());
        stop.cancel();
        assert!(alone.cut.is_cancelled());
    }
}
