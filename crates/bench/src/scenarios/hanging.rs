//! Neighbours that never answer: many endpoints, a trigger for each, so that a change fires exactly one; once
//! all answer, once a fifth of them hang. What the others get must stay the same. Both times the figures
//! are of the same endpoints, those that answer in the second.

use anyhow::Result;

use super::fresh;
use crate::api::{self, TICKETS};
use crate::load::{Pace, Via};
use crate::marker::word;
use crate::measure::{Bench, Plan, Reach};
use crate::receiver::{endpoint, hanging_endpoint};
use crate::report::{Goal, Outcome};

/// Runs the scenario, twice.
pub(super) async fn run(bench: &mut Bench) -> Result<Vec<Outcome>> {
    let hanging = bench.endpoints / 5;
    Ok(vec![once(bench, 0, hanging).await?, once(bench, hanging, hanging).await?])
}

async fn once(bench: &mut Bench, hanging: usize, watched_from: usize) -> Result<Outcome> {
    let name = format!("{hanging} of {} hang, {}/s", bench.endpoints, bench.rate);
    bench.progress.title(&name);
    // Each endpoint has as many tickets as any other.
    let share = TICKETS.div_ceil(u32::try_from(bench.endpoints)?);
    let tickets = share * u32::try_from(bench.endpoints)?;
    let (server, numbers, mut line) = fresh(bench, tickets).await?;
    let address = server.address();
    let receiver = bench.receiver.address();
    for index in 0..bench.endpoints {
        let path = if index < hanging { hanging_endpoint(index) } else { endpoint(index) };
        let url = [format!("http://{receiver}{path}")];
        let word = word(index);
        server.explain(
            api::make_trigger(&mut line, address, &format!("bench {word}"), Some(&word), &url).await,
        )?;
    }
    let endpoints = bench.endpoints;
    let plan = Plan {
        title: &name,
        servers: vec![&server],
        addresses: vec![address],
        via: Via::OwnConnections,
        shots: &|run| api::changes(address, &numbers, run, endpoints),
        pace: Pace::Even(bench.rate),
        endpoints,
        hanging,
        watched_from,
        reach: Reach::Ticket(tickets),
        warm_up_ns: bench.warm_up_ns(),
        length_ns: bench.length_ns,
        desk: None,
        kills_one: false,
    };
    Ok(Outcome::of(&name, &bench.measure(&plan).await?))
}

/// What it should come to.
pub(super) fn goals(healthy: &Outcome, hanging: &Outcome) -> Vec<Goal> {
    let name = &hanging.name;
    let kept = hanging.delivered_per_second / healthy.delivered_per_second.max(f64::MIN_POSITIVE);
    let times = |figure: fn(&Outcome) -> f64| figure(hanging) / figure(healthy).max(f64::MIN_POSITIVE);
    let (p50, p99) = (times(|outcome| outcome.latency_ms.p50), times(|outcome| outcome.latency_ms.p99));
    vec![
        Goal::new(name, "healthy keep 95 % throughput", format!("{:.1} %", kept * 100.0), kept >= 0.95),
        Goal::new(name, "healthy p99 at most 1.5 times", format!("{p99:.2} (p50 {p50:.2})"), p99 <= 1.5),
        Goal::none_lost(name, hanging.lost),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::outcome;

    #[test]
    fn the_goals_compare_the_two_runs() {
        let (healthy, mut hanging) = (outcome("0 of 50 hang", 160.0), outcome("10 of 50 hang", 159.0));
        assert!(goals(&healthy, &hanging).iter().all(|goal| goal.met));
        hanging.delivered_per_second = 150.0;
        hanging.latency_ms.p99 = healthy.latency_ms.p99 * 2.0;
        hanging.lost = 1;
        assert!(goals(&healthy, &hanging).iter().all(|goal| !goal.met));
    }
}
