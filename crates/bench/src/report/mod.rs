//! What a run came to: the figures as they go into the JSON, the table and the plot.

pub(crate) mod plot;
pub(crate) mod table;

use serde::Serialize;

use crate::clock::SECOND;
use crate::latency::Percentiles;
use crate::machine::Machine;
use crate::measure::Measured;
use crate::receiver::SLOT_NS;

/// A whole run.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) version: &'static str,
    pub(crate) machine: Machine,
    /// The raw limit: the mean of its slices, each between two scenarios.
    pub(crate) limit: Outcome,
    /// The same with a connection for each client and no pool: how far the machine itself goes.
    pub(crate) bare: Outcome,
    /// Calls a second of each slice.
    pub(crate) limit_slices: Vec<f64>,
    pub(crate) scenarios: Vec<Outcome>,
    pub(crate) goals: Vec<Goal>,
}

/// What one scenario came to.
#[derive(Clone, Serialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    /// How long the load lasted.
    pub(crate) seconds: f64,
    /// First arrivals at the receiver while it lasted.
    pub(crate) delivered_per_second: f64,
    /// The mean of the raw limit just before and just after.
    pub(crate) limit_per_second: f64,
    pub(crate) limit_ratio: f64,
    /// Changes the server acknowledged while the load lasted.
    pub(crate) accepted_per_second: f64,
    /// CPU time for each call that arrived, repeats and unanswered ones too, until the queue was empty.
    pub(crate) cpu_us: Cpu,
    /// What other programs took of the machine meanwhile, from 0 to 1.
    pub(crate) others_cpu: f64,
    /// The same of PostgreSQL, where it runs on this machine.
    pub(crate) database_cpu_us: Option<f64>,
    /// Transactions of PostgreSQL for each delivery that arrived.
    pub(crate) round_trips: Option<f64>,
    /// Whether PostgreSQL brought commits to the disk.
    pub(crate) durable: Option<bool>,
    pub(crate) server_memory_peak_bytes: Option<u64>,
    /// From the time a change was due to its first arrival.
    pub(crate) latency_ms: Percentiles,
    /// From the time a change was due to the API's answer.
    pub(crate) answer_ms: Percentiles,
    /// How late the load generator itself was; only at a fixed rate.
    pub(crate) send_lag_ms: Percentiles,
    pub(crate) accepted: u64,
    pub(crate) delivered: u64,
    /// Acknowledged and never arrived.
    pub(crate) lost: u64,
    /// Arrived again under the same `webhook-id`.
    pub(crate) duplicates: u64,
    /// Changes answered with something else than a 2xx, and changes not answered.
    pub(crate) refused: u64,
    pub(crate) failed: u64,
    pub(crate) first_fault: Option<String>,
    /// Calls at endpoints that never answer.
    pub(crate) hanging_calls: u64,
    /// From the end of the load until everything had arrived.
    pub(crate) drain_seconds: f64,
    pub(crate) body_bytes: u64,
    pub(crate) slot_seconds: f64,
    /// First arrivals in each slot.
    pub(crate) slots: Vec<u64>,
}

/// CPU time of the three processes, in microseconds a call.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Cpu {
    pub(crate) server: Option<f64>,
    pub(crate) receiver: f64,
    pub(crate) generator: f64,
}

/// A goal and whether it was met.
#[derive(Serialize)]
pub(crate) struct Goal {
    pub(crate) scenario: String,
    pub(crate) goal: &'static str,
    pub(crate) found: String,
    pub(crate) met: bool,
}

impl Outcome {
    /// The figures of a measurement, beside the raw limit around it.
    pub(crate) fn of(name: &str, measured: &Measured) -> Self {
        let Measured { sent, receipt, spent, .. } = measured;
        let count = &receipt.count;
        let accepted = sent.acknowledged.len() as u64;
        let calls = count.received + count.hanging;
        let whole = usize::try_from(measured.length_ns / SLOT_NS).unwrap_or(usize::MAX);
        let in_time: u64 = receipt.slots.iter().take(whole).sum();
        Self {
            name: name.to_owned(),
            seconds: seconds(measured.length_ns),
            delivered_per_second: per(in_time, seconds(measured.length_ns)),
            limit_per_second: 0.0,
            limit_ratio: 0.0,
            accepted_per_second: per(accepted, seconds(measured.length_ns)),
            cpu_us: Cpu {
                server: spent.server_us.map(|us| ratio(us, calls)),
                receiver: ratio(spent.receiver_us, calls),
                generator: ratio(spent.generator_us, calls),
            },
            others_cpu: spent.others,
            database_cpu_us: measured.served.and_then(|served| served.cpu_us).map(|us| ratio(us, calls)),
            round_trips: measured.served.map(|served| ratio(served.transactions, count.distinct)),
            durable: measured.served.map(|served| served.durable),
            server_memory_peak_bytes: measured.peak_memory,
            latency_ms: receipt.latency_ms,
            answer_ms: sent.answers.percentiles(),
            send_lag_ms: sent.lags.percentiles(),
            accepted,
            delivered: count.distinct,
            lost: measured.lost,
            duplicates: count.duplicates,
            refused: sent.refused,
            failed: sent.failed,
            first_fault: sent.first_fault.clone(),
            hanging_calls: count.hanging,
            drain_seconds: seconds(measured.drain_ns),
            body_bytes: receipt.body_bytes,
            slot_seconds: seconds(SLOT_NS),
            slots: receipt.slots.iter().take(whole).copied().collect(),
        }
    }

    /// Sets it against the raw limit.
    pub(crate) fn against(&mut self, limit_per_second: f64) {
        self.limit_per_second = limit_per_second;
        self.limit_ratio = self.delivered_per_second / limit_per_second.max(1.0);
    }

    /// The mean of several slices; latency is that of the middle one.
    pub(crate) fn mean(slices: &[Self]) -> Option<Self> {
        let mut sorted: Vec<&Self> = slices.iter().collect();
        sorted.sort_by(|one, other| one.delivered_per_second.total_cmp(&other.delivered_per_second));
        let mut mean = (*sorted.get(sorted.len() / 2)?).clone();
        mean.delivered_per_second = mean_of(slices, |slice| slice.delivered_per_second);
        mean.accepted_per_second = mean_of(slices, |slice| slice.accepted_per_second);
        mean.lost = slices.iter().map(|slice| slice.lost).sum();
        mean.duplicates = slices.iter().map(|slice| slice.duplicates).sum();
        mean.slots = slices.iter().flat_map(|slice| slice.slots.clone()).collect();
        mean.against(mean.delivered_per_second);
        Some(mean)
    }
}

impl Goal {
    /// A goal for the named scenario.
    pub(crate) fn new(scenario: &str, goal: &'static str, found: String, met: bool) -> Self {
        Self { scenario: scenario.to_owned(), goal, found, met }
    }

    /// A share of the raw limit.
    pub(crate) fn of_limit(scenario: &str, goal: &'static str, share: f64, least: f64) -> Self {
        Self::new(scenario, goal, format!("{share:.3}"), share >= least)
    }

    /// What was acknowledged has arrived.
    pub(crate) fn none_lost(scenario: &str, lost: u64) -> Self {
        Self::new(scenario, "none lost", lost.to_string(), lost == 0)
    }
}

fn mean_of(slices: &[Outcome], figure: impl Fn(&Outcome) -> f64) -> f64 {
    let sum: f64 = slices.iter().map(figure).sum();
    per_f64(sum, slices.len() as u64)
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / SECOND as f64
}

fn per(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

fn per_f64(sum: f64, count: u64) -> f64 {
    sum / count.max(1) as f64
}

fn ratio(sum: u64, count: u64) -> f64 {
    per_f64(sum as f64, count)
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// An outcome to try the table and the plot with.
    pub(crate) fn outcome(name: &str, per_second: f64) -> Outcome {
        Outcome {
            name: name.to_owned(),
            seconds: 2.0,
            delivered_per_second: per_second,
            limit_per_second: 50_000.0,
            limit_ratio: per_second / 50_000.0,
            accepted_per_second: per_second,
            cpu_us: Cpu { server: Some(104.4), receiver: 12.0, generator: 13.0 },
            others_cpu: 0.01,
            database_cpu_us: None,
            round_trips: None,
            durable: None,
            server_memory_peak_bytes: Some(64 << 20),
            latency_ms: Percentiles { count: 9, p50: 0.94, p90: 2.1, p99: 4.96, max: 31.0 },
            answer_ms: Percentiles::default(),
            send_lag_ms: Percentiles::default(),
            accepted: 20_000,
            delivered: 20_000,
            lost: 0,
            duplicates: 0,
            refused: 0,
            failed: 0,
            first_fault: None,
            hanging_calls: 0,
            drain_seconds: 0.1,
            body_bytes: 2_000,
            slot_seconds: 0.25,
            slots: vec![100, 120, 90, 130, 110, 0, 125, 118],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_keeps_the_middle_slices_latency() {
        let mut slices = [10.0, 40.0, 25.0].map(|rate| samples::outcome("raw limit", rate));
        slices[2].latency_ms.p50 = 7.0;
        let mean = Outcome::mean(&slices);
        let mean = mean.as_ref();
        assert_eq!(mean.map(|mean| mean.delivered_per_second), Some(25.0));
        assert_eq!(mean.map(|mean| mean.latency_ms.p50), Some(7.0));
        assert_eq!(mean.map(|mean| mean.limit_ratio), Some(1.0));
        assert_eq!(mean.map(|mean| mean.slots.len()), Some(24));
        assert!(Outcome::mean(&[]).is_none());
    }

    #[test]
    fn a_ratio_of_nothing_is_zero() {
        assert!(per(5, 0.0).abs() < f64::EPSILON);
        assert!(ratio(0, 0).abs() < f64::EPSILON);
    }
}
