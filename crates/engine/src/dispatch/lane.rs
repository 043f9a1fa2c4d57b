//! One endpoint as this node knows it: where it is, what signs, how it fares, what waits for it.

use crate::outbound::Target;
use crate::signing::Secret;
use arc_swap::ArcSwap;
use model::ids::{DomainId, EndpointId};
use model::time::Timestamp;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Calls without an answer in a row after which an endpoint has one live slot.
const UNANSWERED_MAX: u32 = 20;
/// How long saves go at the pace of an endpoint that is behind; past it the backlog is no matter of a moment.
const CATCH_UP_MS: i64 = 2_000;
/// A success is written to the endpoint's row at most this often.
const REMEMBER_EVERY_MS: i64 = 60_000;

/// What signs an endpoint's deliveries.
pub struct Secrets {
    /// The secret in force.
    pub current: Secret,
    /// The one before and until when it signs too.
    pub previous: Option<(Secret, Timestamp)>,
}

impl Secrets {
    /// The secrets that sign at this instant, the newest first.
    pub fn signing_at(&self, now: Timestamp) -> Vec<&Secret> {
        let previous = self.previous.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        std::iter::once(&self.current).chain(previous).collect()
    }
}

/// One endpoint as this node knows it.
pub struct Lane {
    /// Its identity.
    pub id: EndpointId,
    /// Its domain.
    pub domain: DomainId,
    /// As typed.
    pub url: String,
    /// Parsed; or why it cannot be.
    pub target: Result<Arc<Target>, String>,
    /// What signs.
    pub secrets: ArcSwap<Secrets>,
    state: Mutex<State>,
    /// Told whenever a live slot is given back.
    freed: Notify,
    /// It leads to an integration.
    never_gives_up: AtomicBool,
    /// Places for open calls within their time for an answer.
    calls: OnceLock<Arc<Semaphore>>,
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lane({})", self.id)
    }
}

#[derive(Default)]
struct State {
    live: usize,
    lingering: usize,
    unanswered: u32,
    paused: bool,
    /// A failure notice is open.
    failing: bool,
    /// Failures recorded so far.
    failures: u64,
    last_remembered: Timestamp,
    /// The earliest due time of what waits in the database, as far as known.
    next_due: Option<Timestamp>,
    claiming: bool,
    /// Since when older deliveries stand before new ones.
    behind_since: Option<Timestamp>,
    /// It wanted a slot and found none.
    starved: bool,
    /// First attempts under way, by ticket: the newest one's end.
    turns: HashMap<i64, CancellationToken>,
}

/// A place in the order of one ticket's first attempts; dropping it lets the next one go.
#[derive(Debug)]
pub struct Turn {
    lane: Arc<Lane>,
    ticket: i64,
    own: CancellationToken,
    /// Ends when the one before has ended.
    before: Option<CancellationToken>,
}

impl Turn {
    /// Waits for the first attempt before this one.
    pub async fn come(&self) {
        if let Some(before) = &self.before {
            before.cancelled().await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.own.cancel();
        let mut state = self.lane.state();
        // Tokens that were cancelled belong to turns that ended: only the newest turn's entry may stay.
        if state.turns.get(&self.ticket).is_some_and(CancellationToken::is_cancelled) {
            state.turns.remove(&self.ticket);
        }
    }
}

impl State {
    fn is_clear(&self, now: Timestamp) -> bool {
        !self.paused && !self.claiming && self.next_due.is_none_or(|due| due > now)
    }

    /// How many deliveries may hold a slot. While a receiver answers, as many again as its open calls: those that are
    /// being committed or recorded, so that the disk's pace does not idle the receiver.
    fn under_way_max(&self, calls_max: usize) -> usize {
        match self.unanswered {
            0 => calls_max.saturating_mul(2),
            1..UNANSWERED_MAX => calls_max,
            UNANSWERED_MAX.. => 1,
        }
    }

    /// Whether a new delivery cannot be sent at once now, but probably in a moment.
    fn is_soon_free(&mut self, limit: usize, now: Timestamp) -> bool {
        if self.is_clear(now) {
            self.behind_since = None;
            return self.live >= self.under_way_max(limit) && self.unanswered == 0;
        }
        let since = *self.behind_since.get_or_insert(now);
        !self.paused && self.unanswered == 0 && now.0 - since.0 < CATCH_UP_MS
    }
}

impl Lane {
    /// A lane that nothing waits for yet.
    pub fn new(
        id: EndpointId,
        domain: DomainId,
        url: String,
        secrets: Secrets,
        paused: bool,
        failing: bool,
    ) -> Arc<Self> {
        let target = Target::parse(&url).map(Arc::new).map_err(|fault| fault.to_string());
        let state = Mutex::new(State { paused, failing, ..State::default() });
        Arc::new(Lane {
            id,
            domain,
            url,
            target,
            secrets: ArcSwap::from_pointee(secrets),
            state,
            freed: Notify::new(),
            never_gives_up: AtomicBool::new(false),
            calls: OnceLock::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take_live(&self, limit: usize) -> bool {
        let mut state = self.state();
        let free = state.live < state.under_way_max(limit);
        state.live += usize::from(free);
        state.starved |= !free;
        free
    }

    /// Answers when to look at this endpoint again, if it wanted a slot meanwhile.
    pub(super) fn give_back_live(&self) -> Option<Timestamp> {
        self.freed.notify_one();
        let mut state = self.state();
        state.live = state.live.saturating_sub(1);
        if std::mem::take(&mut state.starved) { state.next_due } else { None }
    }

    /// A place for one open call, among at most `limit`.
    pub(super) async fn call_place(&self, limit: usize) -> Option<OwnedSemaphorePermit> {
        let calls = Arc::clone(self.calls.get_or_init(|| Arc::new(Semaphore::new(limit))));
        // Never closed, so it is always got in the end.
        calls.acquire_owned().await.ok()
    }

    pub(super) fn take_lingering(&self, limit: usize) -> bool {
        let mut state = self.state();
        let free = state.lingering < limit;
        state.lingering += usize::from(free);
        free
    }

    pub(super) fn give_back_lingering(&self) {
        let mut state = self.state();
        state.lingering = state.lingering.saturating_sub(1);
    }

    /// Whether a new delivery may be sent at once: nothing older is due, nothing is being claimed, not paused.
    pub fn is_clear(&self, now: Timestamp) -> bool {
        self.state().is_clear(now)
    }

    /// Waits while a new delivery cannot be sent at once but probably can in a moment: all slots are taken, or a few
    /// older deliveries stand before it, and the receiver answers. Whoever waits here commits a little later instead of going through the database's queue.
    pub(super) async fn room(&self, limit: usize, now: Timestamp) {
        loop {
            let freed = self.freed.notified();
            if !self.state().is_soon_free(limit, now) {
                return;
            }
            freed.await;
        }
    }

    /// Takes note that something is due; answers whether that is news.
    pub fn note_due(&self, due: Timestamp) -> bool {
        let mut state = self.state();
        let news = state.next_due.is_none_or(|known| due < known);
        if news {
            state.next_due = Some(due);
        }
        news && !state.claiming && !state.paused
    }

    /// Begins a claim if something is due and none is under way.
    pub(super) fn begin_claim(&self, now: Timestamp) -> bool {
        let mut state = self.state();
        let ready = !state.claiming && !state.paused && state.next_due.is_some_and(|due| due <= now);
        if ready {
            (state.claiming, state.next_due) = (true, None);
        }
        ready
    }

    /// Ends a claim; answers when to look again.
    pub(super) fn end_claim(&self, next_due: Option<Timestamp>) -> Option<Timestamp> {
        let mut state = self.state();
        state.claiming = false;
        state.next_due = [state.next_due, next_due].into_iter().flatten().min();
        state.next_due
    }

    /// Holds deliveries or lets them go on; answers when to look again.
    pub fn set_paused(&self, paused: bool) -> Option<Timestamp> {
        let mut state = self.state();
        state.paused = paused;
        state.next_due
    }

    /// Whether its deliveries are tried until they are taken from now on.
    pub fn set_never_gives_up(&self, never: bool) {
        self.never_gives_up.store(never, Ordering::Relaxed);
    }

    /// Whether its deliveries are tried until they are taken.
    pub fn never_gives_up(&self) -> bool {
        self.never_gives_up.load(Ordering::Relaxed)
    }

    /// Whether deliveries are held.
    pub fn is_paused(&self) -> bool {
        self.state().paused
    }

    /// Whether a failure notice is open; then how many failures there have been, for [`Lane::recovered`].
    pub fn is_failing(&self) -> Option<u64> {
        let state = self.state();
        state.failing.then_some(state.failures)
    }

    /// A failure was recorded: its notice is open.
    pub fn failed(&self) {
        let mut state = self.state();
        state.failures += 1;
        state.failing = true;
    }

    /// A failure notice is open that another node may have opened: the next success closes it.
    pub fn fails_elsewhere(&self) {
        self.state().failing = true;
    }

    /// The notice was closed, unless a failure was recorded since it was seen open: then nobody knows which of the two
    /// came last, and the next success closes it.
    pub fn recovered(&self, failures: u64) {
        let mut state = self.state();
        state.failing &= state.failures != failures;
    }

    /// Counts a call that went unanswered, or one that did not.
    pub fn count_answer(&self, answered: bool) {
        let mut state = self.state();
        state.unanswered = if answered { 0 } else { state.unanswered.saturating_add(1) };
    }

    /// Whether this success should be written to the endpoint's row.
    pub fn should_remember(&self, now: Timestamp) -> bool {
        let mut state = self.state();
        let due = now.0 - state.last_remembered.0 >= REMEMBER_EVERY_MS;
        if due {
            state.last_remembered = now;
        }
        due
    }

    /// Takes the next place in the order of a ticket's first attempts.
    pub fn turn(self: &Arc<Self>, ticket: i64) -> Turn {
        let own = CancellationToken::new();
        let before = self.state().turns.insert(ticket, own.clone());
        Turn { lane: Arc::clone(self), ticket, own, before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn lane() -> Arc<Lane> {
        let mut chance = rand::rngs::StdRng::seed_from_u64(1);
        let secrets = Secrets { current: Secret::generate(&mut chance), previous: None };
        Lane::new(EndpointId(1), DomainId(1), "http://receiver.example/".into(), secrets, false, false)
    }

    #[test]
    fn a_recovery_closes_the_notice_that_it_saw_and_no_later_one() {
        let lane = lane();
        assert_eq!(lane.is_failing(), None);
        lane.failed();
        let seen = lane.is_failing();
        assert_eq!(seen, Some(1));
        lane.recovered(1);
        assert_eq!(lane.is_failing(), None);
        // A failure and a success are recorded at one time, and nobody knows which came last.
        lane.failed();
        let seen = lane.is_failing().unwrap();
        lane.failed();
        lane.recovered(seen);
        assert!(lane.is_failing().is_some(), "the next success must close it");
    }

    #[test]
    fn an_endpoint_is_clear_only_while_nothing_older_is_due() {
        let lane = lane();
        assert!(lane.is_clear(Timestamp(10)));
        assert!(lane.note_due(Timestamp(20)) && !lane.note_due(Timestamp(30)), "the earlier one counts");
        assert!(lane.is_clear(Timestamp(19)) && !lane.is_clear(Timestamp(20)));
        assert!(!lane.begin_claim(Timestamp(19)) && lane.begin_claim(Timestamp(20)));
        assert!(!lane.begin_claim(Timestamp(99)), "one claim at a time");
        assert!(!lane.note_due(Timestamp(25)) && !lane.is_clear(Timestamp(20)), "while it claims");
        assert_eq!(lane.end_claim(Some(Timestamp(40))), Some(Timestamp(25)));
        lane.set_paused(true);
        assert!(!lane.is_clear(Timestamp(20)) && !lane.begin_claim(Timestamp(99)));
    }
}
