//! As much as it can take: 64 keep-alive clients change one field over 1 000 tickets, each as soon as it was
//! answered; one trigger, one endpoint. Counted at the receiver; then everything must have arrived.

use anyhow::Result;

use super::one_trigger;
use crate::api::{self, TICKETS};
use crate::load::{Pace, Via};
use crate::measure::{Bench, Plan, Reach};
use crate::report::{Goal, Outcome};

const NAME: &str = "saturated";

/// Runs the scenario.
pub(super) async fn run(bench: &mut Bench) -> Result<Vec<Outcome>> {
    bench.progress.title(NAME);
    let (server, tickets) = one_trigger(bench, TICKETS).await?;
    let address = server.address();
    let plan = Plan {
        title: NAME,
        servers: vec![&server],
        addresses: vec![address],
        via: Via::OwnConnections,
        shots: &|run| api::changes(address, &tickets, run, 1),
        pace: Pace::Closed,
        endpoints: 1,
        hanging: 0,
        watched_from: 0,
        reach: Reach::Ticket(TICKETS),
        warm_up_ns: bench.warm_up_ns(),
        length_ns: bench.length_ns,
        desk: None,
        kills_one: false,
    };
    Ok(vec![Outcome::of(NAME, &bench.measure(&plan).await?)])
}

/// What it should come to.
pub(super) fn goals(outcome: &Outcome) -> Vec<Goal> {
    let cpu = outcome.cpu_us.server.unwrap_or(f64::INFINITY);
    vec![
        Goal::of_limit(NAME, "at least 0.200 of the limit", outcome.limit_ratio, 0.2),
        Goal::new(NAME, "at most 120 µs CPU a delivery", format!("{cpu:.0} µs"), cpu <= 120.0),
        Goal::none_lost(NAME, outcome.lost),
    ]
}
