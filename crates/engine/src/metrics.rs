//! Counters that the engine keeps and `/metrics` shows. No names, addresses or texts of tickets are among them.

use model::outcome::Outcome;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

/// What the engine counts.
pub struct Metrics {
    registry: Registry,
    /// Changes committed.
    pub changes: Counter,
    /// Triggers that fired.
    pub firings: Counter,
    /// Deliveries enqueued.
    pub deliveries: Counter,
    /// Looks at the queue.
    pub looks: Counter,
    /// Passwords hashed.
    pub hashes: Counter,
    attempts: Family<OutcomeLabel, Counter>,
    attempt_seconds: Histogram,
    live: Gauge,
    lingering: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("gatilho");
        let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 30.0, 120.0];
        let metrics = Metrics {
            registry: Registry::default(),
            changes: Counter::default(),
            firings: Counter::default(),
            deliveries: Counter::default(),
            looks: Counter::default(),
            hashes: Counter::default(),
            attempts: Family::default(),
            attempt_seconds: Histogram::new(bounds),
            live: Gauge::default(),
            lingering: Gauge::default(),
        };
        registry.register("changes", "Ticket changes committed", metrics.changes.clone());
        registry.register("firings", "Triggers that fired", metrics.firings.clone());
        registry.register("deliveries", "Deliveries enqueued", metrics.deliveries.clone());
        registry.register("queue_looks", "Looks at the queue besides the wake-ups", metrics.looks.clone());
        registry.register("password_hashes", "Passwords hashed, right or wrong", metrics.hashes.clone());
        registry.register("attempts", "HTTP calls by outcome", metrics.attempts.clone());
        registry.register("attempt_duration_seconds", "Time to the verdict", metrics.attempt_seconds.clone());
        registry.register("live_calls", "Open calls within their time for an answer", metrics.live.clone());
        registry.register("lingering_calls", "Open calls past it", metrics.lingering.clone());
        Metrics { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts an attempt.
    pub fn count_attempt(&self, outcome: &Outcome, duration_ms: i64) {
        self.attempts.get_or_create(&OutcomeLabel { outcome: outcome.as_str() }).inc();
        self.attempt_seconds.observe(duration_ms as f64 / 1_000.0);
    }

    /// The Prometheus text, with the open calls as they are now.
    pub fn text(&self, open_calls: (usize, usize)) -> String {
        self.live.set(i64::try_from(open_calls.0).unwrap_or(i64::MAX));
        self.lingering.set(i64::try_from(open_calls.1).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
