//! What the receiver notes of each call, and what it makes of it.

use std::collections::HashSet;

use anyhow::Result;
use bytes::Bytes;

use super::{Count, Receipt, SLOT_NS, Terms};
use crate::latency::Latencies;
use crate::marker::Marker;
use crate::seen::Seen;

/// No load lasts longer than this many slots; later arrivals count without a slot.
const SLOTS_MAX: usize = 20_000;

/// Room for the ids of a load, so that the set does not grow while it is measured.
const IDS_EXPECTED: usize = 1 << 20;

/// One call of a webhook.
pub(super) struct Arrival {
    /// The endpoint's number.
    pub(super) endpoint: usize,
    /// Whether that endpoint answers.
    pub(super) answers: bool,
    /// A hash of the `webhook-id`.
    pub(super) id: Option<u64>,
    /// When the body was complete.
    pub(super) at_ns: u64,
    /// The body.
    pub(super) body: Bytes,
}

/// The notes of one load.
pub(super) struct Tally {
    terms: Terms,
    count: Count,
    seen: Vec<Seen>,
    ids: HashSet<u64>,
    slots: Vec<u64>,
    latency: Latencies,
    body_bytes: u64,
    sample: Bytes,
}

impl Tally {
    /// Empty notes.
    pub(super) fn new(terms: Terms) -> Result<Self> {
        Ok(Self {
            terms,
            count: Count::default(),
            seen: vec![Seen::default(); terms.endpoints],
            ids: HashSet::with_capacity(IDS_EXPECTED),
            slots: Vec::new(),
            latency: Latencies::new()?,
            body_bytes: 0,
            sample: Bytes::new(),
        })
    }

    /// Notes a call whose body carries `marker`; one of another load is not noted.
    pub(super) fn note(&mut self, arrival: Arrival, marker: Marker) {
        let Some(seen) = self.seen.get_mut(arrival.endpoint).filter(|_| marker.run == self.terms.run) else {
            return;
        };
        if !arrival.answers {
            // Repeats are meant to come there.
            self.count.hanging += 1;
            return;
        }
        if arrival.id.is_some_and(|id| !self.ids.insert(id)) {
            self.count.duplicates += 1;
        }
        self.count.received += 1;
        self.body_bytes += arrival.body.len() as u64;
        if seen.insert(marker.seq) {
            self.count.distinct += 1;
            if arrival.endpoint >= self.terms.watched_from {
                self.watch(arrival.at_ns, marker.sent_ns);
            }
        }
        if self.sample.is_empty() {
            self.sample = arrival.body;
        }
    }

    fn watch(&mut self, at_ns: u64, sent_ns: u64) {
        self.latency.record_ns(at_ns.saturating_sub(sent_ns));
        let slot = usize::try_from(at_ns.saturating_sub(self.terms.start_ns) / SLOT_NS).unwrap_or(usize::MAX);
        if slot < SLOTS_MAX {
            if slot >= self.slots.len() {
                self.slots.resize(slot + 1, 0);
            }
            self.slots[slot] += 1;
        }
    }

    /// How far it is.
    pub(super) fn count(&self) -> Count {
        self.count
    }

    /// What it came to.
    pub(super) fn receipt(&self) -> Receipt {
        Receipt {
            count: self.count,
            latency_ms: self.latency.percentiles(),
            slots: self.slots.clone(),
            body_bytes: self.body_bytes.checked_div(self.count.received).unwrap_or(0),
        }
    }

    /// Which changes each endpoint has seen.
    pub(super) fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// The first body that came; empty before.
    pub(super) fn sample(&self) -> Bytes {
        self.sample.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms = Terms { run: 2, start_ns: 1_000, endpoints: 3, watched_from: 1 };

    fn arrival(endpoint: usize, id: u64, at_ns: u64) -> Arrival {
        Arrival { endpoint, answers: endpoint > 0, id: Some(id), at_ns, body: Bytes::from_static(b"four") }
    }

    fn marker(run: u32, seq: u32) -> Marker {
        Marker { run, seq, sent_ns: 1_000, route: 0 }
    }

    #[test]
    fn counts_first_arrivals_and_repeats_apart() -> Result<()> {
        let mut tally = Tally::new(TERMS)?;
        tally.note(arrival(1, 10, 1_000 + SLOT_NS / 2), marker(2, 0));
        tally.note(arrival(2, 11, 1_000 + SLOT_NS / 2), marker(2, 0));
        tally.note(arrival(1, 10, 1_000 + SLOT_NS * 5), marker(2, 0));
        tally.note(arrival(1, 12, 1_000 + SLOT_NS * 2), marker(2, 1));
        tally.note(arrival(0, 13, 1_000), marker(2, 2));
        tally.note(arrival(0, 13, 1_000), marker(2, 2));
        let receipt = tally.receipt();
        assert_eq!(receipt.count, Count { received: 4, distinct: 3, hanging: 2, duplicates: 1 });
        assert_eq!(receipt.slots, [2, 0, 1]);
        assert_eq!(receipt.latency_ms.count, 3);
        assert_eq!(receipt.body_bytes, 4);
        assert_eq!(tally.sample(), Bytes::from_static(b"four"));
        assert!(tally.seen()[1].contains(1) && !tally.seen()[2].contains(1));
        Ok(())
    }

    #[test]
    fn other_loads_and_unknown_endpoints_do_not_count() -> Result<()> {
        let mut tally = Tally::new(TERMS)?;
        tally.note(arrival(1, 10, 2_000), marker(1, 0));
        tally.note(arrival(3, 11, 2_000), marker(2, 0));
        assert_eq!(tally.count(), Count::default());
        assert!(tally.sample().is_empty());
        Ok(())
    }
}
