//! An ordinary day, many times over: changes at a fixed rate, whatever the answers; one trigger, one endpoint.

use anyhow::Result;

use super::one_trigger;
use crate::api::{self, TICKETS};
use crate::load::{Pace, Via};
use crate::measure::{Bench, Plan, Reach};
use crate::report::{Goal, Outcome};

/// Runs the scenario.
pub(super) async fn run(bench: &mut Bench) -> Result<Vec<Outcome>> {
    let name = format!("steady {}/s", bench.rate);
    bench.progress.title(&name);
    let (server, tickets) = one_trigger(bench, TICKETS).await?;
    let address = server.address();
    let plan = Plan {
        title: &name,
        servers: vec![&server],
        addresses: vec![address],
        via: Via::OwnConnections,
        shots: &|run| api::changes(address, &tickets, run, 1),
        pace: Pace::Even(bench.rate),
        endpoints: 1,
        hanging: 0,
        watched_from: 0,
        reach: Reach::Ticket(TICKETS),
        warm_up_ns: bench.warm_up_ns(),
        length_ns: bench.length_ns,
        desk: None,
        kills_one: false,
    };
    Ok(vec![Outcome::of(&name, &bench.measure(&plan).await?)])
}

/// What it should come to.
pub(super) fn goals(outcome: &Outcome) -> Vec<Goal> {
    let latency = &outcome.latency_ms;
    vec![
        Goal::new(&outcome.name, "p50 under 1.5 ms", format!("{:.2} ms", latency.p50), latency.p50 < 1.5),
        Goal::new(&outcome.name, "p99 under 5 ms", format!("{:.2} ms", latency.p99), latency.p99 < 5.0),
        Goal::none_lost(&outcome.name, outcome.lost),
    ]
}
