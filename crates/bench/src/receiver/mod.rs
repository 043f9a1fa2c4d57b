//! The receiver: a process of its own, so that its CPU is told apart. It answers webhooks, notes what came
//! and when, and tells the benchmark on request. Here: what the two say to each other.

mod remote;
mod serve;
mod tally;

use serde::{Deserialize, Serialize};

pub(crate) use remote::Receiver;
#[cfg(test)]
pub(crate) use remote::served;
pub(crate) use serve::run;

use crate::clock::MILLISECOND;
use crate::latency::Percentiles;

/// Arrivals are counted over time in slots of this length.
pub(crate) const SLOT_NS: u64 = 250 * MILLISECOND;

/// What to count from now on; everything counted before is dropped.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// The load whose changes count.
    pub(crate) run: u32,
    /// When it starts: slot 0.
    pub(crate) start_ns: u64,
    /// How many endpoints there are.
    pub(crate) endpoints: usize,
    /// Latency and arrivals over time are taken of the endpoints from this one on.
    pub(crate) watched_from: usize,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Count {
    /// Calls with a mark of this load, at endpoints that answer.
    pub(crate) received: u64,
    /// Different changes at each endpoint that answers.
    pub(crate) distinct: u64,
    /// Calls to endpoints that never answer.
    pub(crate) hanging: u64,
    /// Calls at endpoints that answer whose `webhook-id` had come before.
    pub(crate) duplicates: u64,
}

/// What a load came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The counts.
    pub(crate) count: Count,
    /// From the time a change was due to its first arrival.
    pub(crate) latency_ms: Percentiles,
    /// First arrivals in each slot.
    pub(crate) slots: Vec<u64>,
    /// The mean length of a body.
    pub(crate) body_bytes: u64,
}

/// The paths of the benchmark's own questions.
mod paths {
    pub(super) const BEGIN: &str = "/control/begin";
    pub(super) const COUNT: &str = "/control/count";
    pub(super) const RECEIPT: &str = "/control/receipt";
    pub(super) const SEEN: &str = "/control/seen";
    pub(super) const SAMPLE: &str = "/control/sample";
}

/// The path of an endpoint that answers.
pub(crate) fn endpoint(index: usize) -> String {
    format!("/e/{index}")
}

/// The path of an endpoint that never answers.
pub(crate) fn hanging_endpoint(index: usize) -> String {
    format!("/hang/{index}")
}
