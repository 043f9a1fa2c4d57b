//! *enqueue*: firings become frozen payloads and deliveries, with slots reserved for those that can be sent at once.
//! After the commit they are handed over in memory; what was not is found by the queue's own looks.

use crate::core::Core;
use crate::dispatch::{Body, Dispatcher, Job, Lane, Life, Slot};
use fail::fail_point;
use model::change::Change;
use model::delivery::State;
use model::ids::{DeliveryId, DomainId, PayloadId};
use model::payload;
use model::text;
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use model::time::Timestamp;
use model::wording::Text;
use std::collections::HashMap;
use std::sync::Arc;
use store::db::Write;
use store::deliveries::{Claim, NewDelivery, enqueue};

/// Why a delivery past the backlog limit is written as failed.
pub(crate) fn backlog_full() -> Text {
    text!("backlog limit: too many deliveries of this domain wait; resend it when they are fewer")
}

struct Frozen {
    id: PayloadId,
    text: Arc<str>,
    truncated: bool,
}

struct HandOver {
    lane: Arc<Lane>,
    life: Arc<Life>,
    slot: Slot,
    body: Option<Body>,
}

/// What a change enqueues: rows for the write, and places held in memory for what is sent at once. Dropped before it was
/// committed, it gives everything back.
pub(crate) struct Enqueued {
    dispatcher: Arc<Dispatcher>,
    payloads: Vec<Frozen>,
    deliveries: Vec<NewDelivery>,
    /// By the delivery's place in `deliveries`.
    hand_overs: HashMap<DeliveryId, HandOver>,
    pub(crate) domain: DomainId,
    counted: i64,
}

impl Core {
    /// Freezes the bodies and reserves slots.
    pub(crate) fn enqueue(
        &self,
        domain: DomainId,
        change: &Change,
        after: &Ticket,
        actions: &[TicketAction],
    ) -> Enqueued {
        let mut enqueued = Enqueued {
            dispatcher: Arc::clone(&self.dispatcher),
            payloads: Vec::new(),
            deliveries: Vec::new(),
            hand_overs: HashMap::new(),
            domain,
            counted: 0,
        };
        let mut frozen: HashMap<(bool, Vec<(i64, i64)>), usize> = HashMap::new();
        for firing in &change.firings {
            let endpoints = firing.endpoints();
            if endpoints.is_empty() {
                continue;
            }
            // What an integration tells is that something happened; the other side asks for what may cross.
            let wakes = firing.integration.is_some();
            let at = *frozen.entry((wakes, firing.events())).or_insert_with_key(|(wakes, events)| {
                let made = match wakes {
                    true => {
                        payload::write(&Ticket { custom_fields: Vec::new(), ..after.clone() }, &[], events)
                    }
                    false => payload::write(after, actions, events),
                };
                let id = PayloadId(self.ids.next(change.at.0));
                enqueued.payloads.push(Frozen { id, text: made.body.into(), truncated: made.truncated });
                enqueued.payloads.len() - 1
            });
            for endpoint in endpoints {
                // An endpoint is known from the moment its trigger is; a trigger cannot fire without one.
                let Some(lane) = self.dispatcher.lanes().find(endpoint) else { continue };
                let id = DeliveryId(self.ids.next(change.at.0));
                let payload = enqueued.payloads[at].id;
                let delivery = NewDelivery {
                    id,
                    endpoint,
                    payload,
                    change: change.id,
                    trigger: firing.trigger,
                    trigger_revision: firing.revision,
                    trigger_name: firing.name.clone(),
                    ticket_number: change.ticket_number,
                    ticket_version: change.ticket_version,
                    cause: change.cause,
                    state: State::Queued,
                    lease: None,
                    due_at: Some(change.at.plus_ms(self.hold_ms())),
                    error: String::new(),
                };
                self.place(&mut enqueued, lane, delivery, at, change.at);
            }
        }
        self.dispatcher.register(enqueued.hand_overs.keys().copied());
        enqueued
    }

    fn hold_ms(&self) -> i64 {
        i64::try_from(self.settings.hold.as_millis()).unwrap_or(i64::MAX)
    }

    /// Decides how one delivery goes in: sent at once, queued, or failed past the backlog limit, which what an integration
    /// tells does not know.
    fn place(
        &self,
        enqueued: &mut Enqueued,
        lane: Arc<Lane>,
        mut delivery: NewDelivery,
        payload: usize,
        now: Timestamp,
    ) {
        let open = self.dispatcher.count_open(enqueued.domain, 1);
        if open > self.settings.backlog_max && !lane.never_gives_up() {
            self.dispatcher.count_open(enqueued.domain, -1);
            (delivery.state, delivery.due_at) = (State::Failed, None);
            delivery.error = backlog_full().to_string();
            enqueued.deliveries.push(delivery);
            return;
        }
        enqueued.counted += 1;
        if let Some(slot) = self.dispatcher.reserve(&lane, now) {
            let life = self.dispatcher.life();
            (delivery.state, delivery.lease) = (State::Sending, Some(life.incarnation));
            let frozen = &enqueued.payloads[payload];
            let body = self.dispatcher.keep_body(&frozen.text, frozen.truncated);
            enqueued.hand_overs.insert(delivery.id, HandOver { lane, life, slot, body });
        }
        enqueued.deliveries.push(delivery);
    }
}

impl Enqueued {
    /// Adds payload and delivery rows to the change's write.
    pub(crate) fn add_steps(&self, domain: DomainId, change: &Change, write: &mut Write) {
        for frozen in &self.payloads {
            let text = Arc::clone(&frozen.text);
            write.push(store::changes::insert_payload(domain, frozen.id, text, frozen.truncated));
        }
        if !self.deliveries.is_empty() {
            write.push(enqueue(domain, &self.deliveries, change.at));
        }
    }

    /// Whether the backlog limit struck.
    pub(crate) fn hit_backlog_limit(&self) -> bool {
        self.deliveries.iter().any(|delivery| delivery.state == State::Failed)
    }

    /// The rows are in the database: they are open until a record closes them.
    pub(crate) fn is_committed(&mut self) {
        self.counted = 0;
    }

    /// After the commit: sends what was leased, and takes note of what waits.
    pub(crate) fn hand_over(mut self, core: &Core, now: Timestamp) {
        core.metrics.deliveries.inc_by(self.deliveries.len() as u64);
        fail_point!("intake::drop_hand_over", |_| ());
        if self.hand_overs.len() < self.deliveries.len() {
            // Others may have a free hand for what is left.
            core.db.notify();
        }
        for delivery in std::mem::take(&mut self.deliveries) {
            match self.hand_overs.remove(&delivery.id) {
                Some(HandOver { lane, life, slot, body }) => {
                    let turn = Some(lane.turn(delivery.ticket_number));
                    core.dispatcher.start(Job {
                        claim: claim(self.domain, &delivery),
                        lane,
                        life,
                        slot,
                        body,
                        turn,
                    });
                }
                None => {
                    if let (Some(lane), Some(due)) =
                        (core.dispatcher.lanes().find(delivery.endpoint), delivery.due_at)
                    {
                        core.dispatcher.note_due(&lane, due.max(now));
                    }
                }
            }
        }
    }
}

impl Drop for Enqueued {
    fn drop(&mut self) {
        self.dispatcher.count_open(self.domain, -self.counted);
        self.dispatcher.forget(std::mem::take(&mut self.hand_overs).into_keys());
    }
}

fn claim(domain: DomainId, delivery: &NewDelivery) -> Claim {
    Claim {
        domain,
        id: delivery.id,
        endpoint: delivery.endpoint,
        payload: delivery.payload,
        ticket_number: delivery.ticket_number,
        ticket_version: delivery.ticket_version,
        cause: delivery.cause,
        round: 1,
        attempt: 1,
    }
}
