//! Budgets of open calls: live ones (within their time for an answer) and lingering ones (past it), for the node and
//! for each endpoint. A slot is taken before a row is claimed and given back when its record has committed.

use super::agenda::Agenda;
use super::lane::Lane;
use model::ids::EndpointId;
use model::time::Timestamp;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many calls may be open.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Live calls of the node.
    pub live: usize,
    /// Live calls of one endpoint.
    pub live_per_endpoint: usize,
    /// Lingering calls of the node.
    pub lingering: usize,
    /// Lingering calls of one endpoint.
    pub lingering_per_endpoint: usize,
}

/// The node's budgets.
#[derive(Debug)]
pub struct Slots {
    limits: Limits,
    live: AtomicUsize,
    lingering: AtomicUsize,
    /// Endpoints that found the node's budget used up, longest waiting first.
    starved: Mutex<Vec<EndpointId>>,
    /// Rises with each endpoint that is called back, from far in the past: those who wait go first, in their order.
    turn: AtomicI64,
    agenda: Arc<Agenda>,
}

/// A place for one open call of one endpoint; dropping it gives it back.
#[derive(Debug)]
pub struct Slot {
    slots: Arc<Slots>,
    lane: Arc<Lane>,
    lingers: bool,
}

fn take(counter: &AtomicUsize, limit: usize) -> bool {
    counter
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, |used| (used < limit).then_some(used + 1))
        .is_ok()
}

impl Slots {
    /// Unused budgets.
    pub fn new(limits: Limits, agenda: Arc<Agenda>) -> Arc<Self> {
        Arc::new(Slots {
            limits,
            live: AtomicUsize::new(0),
            lingering: AtomicUsize::new(0),
            starved: Mutex::default(),
            turn: AtomicI64::new(i64::MIN / 2),
            agenda,
        })
    }

    /// Open calls: live, lingering.
    pub fn used(&self) -> (usize, usize) {
        (self.live.load(Ordering::Relaxed), self.lingering.load(Ordering::Relaxed))
    }

    /// A live slot; none when the endpoint's or the node's budget is used up.
    pub fn take_live(self: &Arc<Self>, lane: &Arc<Lane>) -> Option<Slot> {
        if !lane.take_live(self.limits.live_per_endpoint) {
            return None;
        }
        if !take(&self.live, self.limits.live) {
            lane.give_back_live();
            self.call_back(lane.id);
            return None;
        }
        Some(Slot { slots: Arc::clone(self), lane: Arc::clone(lane), lingers: false })
    }

    fn call_back(&self, endpoint: EndpointId) {
        let mut starved = self.starved.lock().unwrap_or_else(PoisonError::into_inner);
        if !starved.contains(&endpoint) {
            starved.push(endpoint);
        }
    }

    /// A lingering slot; none when the endpoint's or the node's budget is used up.
    pub fn take_lingering(self: &Arc<Self>, lane: &Arc<Lane>) -> Option<Slot> {
        if !lane.take_lingering(self.limits.lingering_per_endpoint) {
            return None;
        }
        if !take(&self.lingering, self.limits.lingering) {
            lane.give_back_lingering();
            return None;
        }
        Some(Slot { slots: Arc::clone(self), lane: Arc::clone(lane), lingers: true })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.lingers {
            self.slots.lingering.fetch_sub(1, Ordering::AcqRel);
            self.lane.give_back_lingering();
            return;
        }
        self.slots.live.fetch_sub(1, Ordering::AcqRel);
        if let Some(due) = self.lane.give_back_live() {
            self.slots.agenda.add(due, self.lane.id);
        }
        let starved = std::mem::take(&mut *self.slots.starved.lock().unwrap_or_else(PoisonError::into_inner));
        for endpoint in starved {
            let turn = self.slots.turn.fetch_add(1, Ordering::Relaxed);
            self.slots.agenda.add(Timestamp(turn), endpoint);
        }
    }
}
