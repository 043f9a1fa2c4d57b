//! One change, a hundred endpoints. Clients change tickets as long as no more than a few changes are on their
//! way, so what is measured is sending, not how long a queue can get.

use anyhow::Result;

use super::fresh;
use crate::api::{self, TICKETS};
use crate::load::{Pace, Via};
use crate::measure::{Bench, Plan, Reach};
use crate::receiver::endpoint;
use crate::report::{Goal, Outcome};

const ENDPOINTS: usize = 100;

/// Changes on their way at once: 3 200 deliveries.
const WINDOW: u32 = 32;

const NAME: &str = "fanout 1 to 100";

/// Runs the scenario.
pub(super) async fn run(bench: &mut Bench) -> Result<Vec<Outcome>> {
    bench.progress.title(NAME);
    let (server, tickets, mut line) = fresh(bench, TICKETS).await?;
    let address = server.address();
    let receiver = bench.receiver.address();
    let urls: Vec<String> =
        (0..ENDPOINTS).map(|index| format!("http://{receiver}{}", endpoint(index))).collect();
    server.explain(api::make_trigger(&mut line, address, "bench fanout", None, &urls).await)?;
    let plan = Plan {
        title: NAME,
        servers: vec![&server],
        addresses: vec![address],
        via: Via::OwnConnections,
        shots: &|run| api::changes(address, &tickets, run, 1),
        pace: Pace::Window(WINDOW),
        endpoints: ENDPOINTS,
        hanging: 0,
        watched_from: 0,
        reach: Reach::All,
        warm_up_ns: bench.warm_up_ns(),
        length_ns: bench.length_ns,
        desk: None,
        kills_one: false,
    };
    Ok(vec![Outcome::of(NAME, &bench.measure(&plan).await?)])
}

/// What it should come to.
pub(super) fn goals(outcome: &Outcome) -> Vec<Goal> {
    let share = outcome.limit_ratio;
    vec![
        Goal::of_limit(NAME, "at least 0.333 of the limit", share, 1.0 / 3.0),
        Goal::none_lost(NAME, outcome.lost),
    ]
}
