//! The dispatcher: wakes for what is due, takes slots, claims rows, and opens a task for every call.
//! Does not live here: the call itself (`call`), what is written about it (`record`), enqueueing (`intake`).

mod agenda;
mod call;
mod job;
mod known;
mod lane;
mod lanes;
mod life;
mod monitor;
mod record;
mod slots;

pub use job::{Body, Job};
pub use lane::{Lane, Secrets};
pub use life::Life;
pub use slots::{Limits, Slot};

use crate::commit::Committer;
use crate::metrics::Metrics;
use crate::outbound::Outbound;
use crate::settings::Settings;
use crate::vault::Vault;
use agenda::Agenda;
use arc_swap::ArcSwap;
use known::Known;
use lanes::Lanes;
use model::delivery::State;
use model::ids::{DeliveryId, DomainId, EndpointId, IdMaker, IncarnationId};
use model::time::{Clock, Timestamp};
use slots::Slots;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::db::Reader;
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Rows that one claim takes at most.
const CLAIM_MAX: usize = 64;
/// Between two looks whether this node may act again.
const OUT_OF_REACH: Duration = Duration::from_millis(200);
/// When to claim again after a claim that failed.
const AGAIN_MS: i64 = 1_000;

/// How long results may go unrecorded after the last call was cut.
const RECORD_WITHIN: Duration = Duration::from_secs(5);

/// How long a save waits for a slot before its deliveries go through the database's queue.
const ROOM_WITHIN: Duration = Duration::from_millis(20);

/// What the dispatcher works with.
pub struct Parts {
    /// Commits its records.
    pub committer: Committer,
    /// Reads bodies and due times.
    pub reader: Reader,
    /// Makes the calls.
    pub outbound: Arc<dyn Outbound>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identities.
    pub ids: Arc<IdMaker>,
    /// Signs cause tokens.
    pub vault: Arc<Vault>,
    /// Limits and times.
    pub settings: Arc<Settings>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// The first life of this node.
    pub incarnation: IncarnationId,
    /// Other nodes may work on the same database.
    pub is_shared: bool,
}

/// Sends what is due.
pub struct Dispatcher {
    parts: Parts,
    agenda: Arc<Agenda>,
    slots: Arc<Slots>,
    lanes: Lanes,
    /// Deliveries that this node's memory holds: handed over or claimed, not yet recorded.
    known: Known,
    /// Held for reading while claimed rows are not yet known, for writing while the monitor compares.
    claims: tokio::sync::RwLock<()>,
    /// Told when rows may be leased to this node without its knowing.
    look_soon: Notify,
    /// KiB of bodies that may be in memory.
    bodies: Arc<Semaphore>,
    /// Deliveries that are not closed, by domain.
    open: RwLock<HashMap<DomainId, AtomicI64>>,
    tasks: TaskTracker,
    /// The owner of the leases that are taken from now on.
    life: ArcSwap<Life>,
    /// The server stops: cuts every open call.
    cut: CancellationToken,
}

impl Dispatcher {
    /// A dispatcher that knows nothing yet.
    pub fn new(parts: Parts) -> Arc<Self> {
        let agenda = Arc::new(Agenda::default());
        let settings = &parts.settings;
        let limits = Limits {
            live: settings.live_calls,
            live_per_endpoint: settings.live_calls_per_endpoint,
            lingering: settings.lingering_calls,
            lingering_per_endpoint: settings.lingering_calls_per_endpoint,
        };
        let bodies = Arc::new(Semaphore::new(settings.bodies_in_memory / 1024));
        let cut = CancellationToken::new();
        let life = ArcSwap::from_pointee(Life::unwatched(parts.incarnation, &cut));
        Arc::new(Dispatcher {
            slots: Slots::new(limits, Arc::clone(&agenda)),
            agenda,
            lanes: Lanes::default(),
            known: Known::default(),
            claims: tokio::sync::RwLock::default(),
            look_soon: Notify::new(),
            bodies,
            open: RwLock::default(),
            tasks: TaskTracker::new(),
            life,
            cut,
            parts,
        })
    }

    /// This node's present life.
    pub fn life(&self) -> Arc<Life> {
        self.life.load_full()
    }

    /// From now on leases are taken for this life.
    pub fn begin_life(&self, life: Life) {
        self.life.store(Arc::new(life));
    }

    /// The life goes on after its calls were cut, since the database was out of reach and others did not end it.
    pub fn go_on(&self, shown: Instant, silent_max: Duration) {
        self.begin_life(Life::watched(self.life().incarnation, &self.cut, shown, silent_max));
    }

    /// Cancelled when the server has stopped waiting for its calls.
    pub fn stopping(&self) -> &CancellationToken {
        &self.cut
    }

    /// Open calls: live, lingering.
    pub fn open_calls(&self) -> (usize, usize) {
        self.slots.used()
    }

    /// The endpoints that this node knows.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// Makes deliveries known before the write that leases them is submitted.
    pub fn register(&self, ids: impl IntoIterator<Item = DeliveryId>) {
        self.known.register(ids);
    }

    /// Forgets deliveries: recorded, or never leased.
    pub fn forget(&self, ids: impl IntoIterator<Item = DeliveryId>) {
        self.known.forget(ids);
    }

    /// A live slot for a delivery that is about to be enqueued, if it may be sent at once.
    pub fn reserve(&self, lane: &Arc<Lane>, now: Timestamp) -> Option<Slot> {
        if self.parts.settings.hold > Duration::ZERO || !lane.is_clear(now) || !self.life.load().may_act() {
            return None;
        }
        self.slots.take_live(lane)
    }

    /// Waits for free slots of these endpoints, a moment at most: a save that outruns its receivers goes at their pace
    /// as long as they answer, and its deliveries are handed over in memory.
    pub async fn make_room(&self, endpoints: impl Iterator<Item = EndpointId>, now: Timestamp) {
        let limit = self.parts.settings.live_calls_per_endpoint;
        let rooms = async {
            for lane in endpoints.filter_map(|endpoint| self.lanes.find(endpoint)) {
                lane.room(limit, now).await;
            }
        };
        // Past it the queue in the database is the way.
        let _ = tokio::time::timeout(ROOM_WITHIN, rooms).await;
    }

    /// A body kept in memory until it is sent, if there is room.
    pub fn keep_body(&self, text: &Arc<str>, truncated: bool) -> Option<Body> {
        let kib = u32::try_from(text.len() / 1024 + 1).ok()?;
        let permit = Arc::clone(&self.bodies).try_acquire_many_owned(kib).ok()?;
        Some(Body { text: Arc::clone(text), truncated, _permit: Some(permit) })
    }

    /// Sends a delivery that this node has under lease.
    pub fn start(self: &Arc<Self>, job: Job) {
        let dispatcher = Arc::clone(self);
        self.tasks.spawn(async move { dispatcher.deliver(job).await });
    }

    /// Takes note that a delivery waits in the database.
    pub fn note_due(&self, lane: &Lane, due: Timestamp) {
        if lane.note_due(due) {
            self.agenda.add(due, lane.id);
        }
    }

    /// Lets an endpoint go on, or holds it.
    pub fn set_paused(&self, endpoint: EndpointId, paused: bool) {
        let Some(lane) = self.lanes.find(endpoint) else { return };
        if let Some(due) = lane.set_paused(paused)
            && !paused
        {
            self.agenda.add(due, endpoint);
        }
    }

    /// How many deliveries of a domain are not closed, moved by `by`.
    pub fn count_open(&self, domain: DomainId, by: i64) -> i64 {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get(&domain) {
            return count.fetch_add(by, Ordering::Relaxed) + by;
        }
        drop(open);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.entry(domain).or_default().fetch_add(by, Ordering::Relaxed) + by
    }

    /// How many deliveries of a domain are not closed, as the database counted them.
    pub fn set_open(&self, domain: DomainId, count: i64) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(domain, AtomicI64::new(count));
    }

    fn count_closed(&self, domain: DomainId, state: State) {
        if state.is_closed() {
            self.count_open(domain, -1);
        }
    }

    /// Runs until told to stop: claims what is due, and looks at the queue every `monitor_every`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut monitor = tokio::time::interval(self.parts.settings.monitor_every);
        monitor.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            // Interest first: what is added from here on is not missed.
            let added = self.agenda.added.notified();
            let wait = if self.life.load().may_act() {
                self.claim_round();
                self.until_next()
            } else {
                OUT_OF_REACH
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = added => {}
                () = tokio::time::sleep(wait) => {}
                _ = monitor.tick() => self.look().await,
                () = self.look_soon.notified() => self.look().await,
            }
        }
    }

    fn until_next(&self) -> Duration {
        self.agenda.next().map_or(self.parts.settings.monitor_every, |due| {
            let ms = due.0.saturating_sub(self.parts.clock.now().0).max(0);
            Duration::from_millis(u64::try_from(ms).unwrap_or_default())
        })
    }

    /// Begins a claim for every endpoint with something due and a free slot; none takes more than its share.
    fn claim_round(self: &Arc<Self>) {
        let now = self.parts.clock.now();
        let due = self.agenda.take_due(now);
        let lanes: Vec<_> = self.lanes.round_robin(due);
        let free = self.parts.settings.live_calls.saturating_sub(self.slots.used().0);
        let share = (free / lanes.len().max(1)).clamp(1, CLAIM_MAX);
        for lane in lanes {
            let first = match self.slots.take_live(&lane) {
                Some(slot) if lane.begin_claim(now) => slot,
                _ => continue,
            };
            let more = std::iter::from_fn(|| self.slots.take_live(&lane)).take(share - 1);
            let slots = std::iter::once(first).chain(more).collect();
            let dispatcher = Arc::clone(self);
            self.tasks.spawn(async move { dispatcher.claim(lane, slots).await });
        }
    }

    /// Claims what is due for an endpoint, as many rows as there are slots, and sends them.
    async fn claim(self: Arc<Self>, lane: Arc<Lane>, slots: Vec<Slot>) {
        let wanted = slots.len();
        let now = self.parts.clock.now();
        let unknown = self.claims.read().await;
        let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
        let life = self.life();
        let step = store::deliveries::claim(lane.id, life.incarnation, now, limit);
        let unknowns = self.parts.committer.unknowns();
        let claimed = match self.parts.committer.once(step).await {
            Ok(rows) => store::deliveries::claimed(&rows).unwrap_or_else(|error| {
                tracing::error!(%error, "a claimed delivery cannot be read");
                Vec::new()
            }),
            Err(error) => {
                tracing::warn!(%error, endpoint.id = %lane.id, "the queue cannot be claimed from; trying again");
                drop(unknown);
                drop(slots);
                self.finish_claim(&lane, Some(now.plus_ms(AGAIN_MS)));
                return;
            }
        };
        self.register(claimed.iter().map(|claim| claim.id));
        drop(unknown);
        if self.parts.committer.unknowns() != unknowns {
            // Rows may have been claimed whose answer was lost.
            self.look_soon.notify_one();
        }
        let (more, none) = (claimed.len() == wanted, claimed.is_empty());
        // The order of first attempts follows the order of the queue.
        let mut claimed = claimed;
        claimed.sort_by_key(|claim| claim.id);
        for (claim, slot) in claimed.into_iter().zip(slots) {
            let turn = (claim.round == 1 && claim.attempt == 1).then(|| lane.turn(claim.ticket_number));
            self.start(Job {
                claim,
                lane: Arc::clone(&lane),
                life: Arc::clone(&life),
                slot,
                body: None,
                turn,
            });
        }
        let next = if more {
            Some(now)
        } else {
            match store::deliveries::next_due_of(&self.parts.reader, lane.id).await {
                // Due and yet not to be had: paused by somebody else. Asking again at once would go on for ever.
                Ok(Some(due)) if none && due <= now => Some(now.plus_ms(AGAIN_MS)),
                Ok(next) => next,
                Err(_) => Some(now.plus_ms(AGAIN_MS)),
            }
        };
        self.finish_claim(&lane, next);
    }

    fn finish_claim(&self, lane: &Lane, next: Option<Timestamp>) {
        if let Some(due) = lane.end_claim(next) {
            self.agenda.add(due, lane.id);
        }
    }

    /// Waits for the open calls to end, at most `within`; then cuts them. Gives up what cannot be recorded.
    pub async fn drain(&self, within: Duration) {
        self.tasks.close();
        if tokio::time::timeout(within, self.tasks.wait()).await.is_err() {
            self.cut.cancel();
        }
        // What was done is recorded, unless the database refuses it all this while.
        if tokio::time::timeout(RECORD_WITHIN, self.tasks.wait()).await.is_err() {
            self.parts.committer.give_up();
            self.tasks.wait().await;
        }
    }
}
