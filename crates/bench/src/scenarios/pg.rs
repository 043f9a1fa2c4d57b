//! The same on PostgreSQL: as much as one node and as three can take, an ordinary day, and three nodes of which one is
//! killed. Nodes share a database that is made for the scenario.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::furnish;
use crate::api::{self, TICKETS};
use crate::load::{Pace, Via};
use crate::measure::{Bench, Plan, Reach};
use crate::postgres::Desk;
use crate::report::{Goal, Outcome};
use crate::server::Server;

const SATURATED: &str = "pg saturated, 1 node";
const THREE: &str = "pg saturated, 3 nodes";
/// Nodes look twice a second whether another one has changed the triggers. What they decide before that is decided
/// by the old ones, and a change that fires nothing would count as lost.
const KNOWN_WITHIN: Duration = Duration::from_millis(1_500);

/// No node is declared dead before its beats have stood still for so long; less was no recovery.
const NOTICED_AFTER_S: f64 = 9.0;

/// A node that has not shown its own life for so long does not judge others, and one that has just begun would make the
/// time until a dead one is noticed look longer than it is.
const STEADY_WITHIN: Duration = Duration::from_secs(20);

const KILL: &str = "pg, 1 of 3 nodes killed";

/// As much as one node can take.
pub(super) async fn saturated(bench: &mut Bench) -> Result<Vec<Outcome>> {
    run(bench, SATURATED, 1, Pace::Closed, false).await
}

/// As much as three nodes can take, the clients spread over them.
pub(super) async fn three(bench: &mut Bench) -> Result<Vec<Outcome>> {
    run(bench, THREE, 3, Pace::Closed, false).await
}

/// Changes at a fixed rate.
pub(super) async fn steady(bench: &mut Bench) -> Result<Vec<Outcome>> {
    run(bench, &format!("pg steady {}/s", bench.rate), 1, Pace::Even(bench.rate), false).await
}

/// Three nodes with as much as they can take; half-way one is killed. The longest way of a change is then that of one
/// which the killed node had accepted: the time until others had taken it up.
pub(super) async fn kill(bench: &mut Bench) -> Result<Vec<Outcome>> {
    run(bench, KILL, 3, Pace::Closed, true).await
}

async fn run(bench: &mut Bench, name: &str, nodes: usize, pace: Pace, kill: bool) -> Result<Vec<Outcome>> {
    bench.progress.title(name);
    let url = bench.postgres.clone();
    let url = url.context(
        "no PostgreSQL: name a server with --postgres, or run this by `cargo xtask postgres -- …`",
    )?;
    // Dropped after the nodes.
    let desk = Desk::make(&url)?;
    let mut servers = Vec::new();
    for _ in 0..nodes {
        bench.progress.show("starting a node");
        servers.push(Server::start_on(&bench.binary, &bench.data, Some(&desk.url())).await?);
    }
    let first = servers.first().context("no nodes")?;
    let address = first.address();
    let tickets = furnish(bench, first, TICKETS).await?;
    bench.progress.show("waiting until each node knows the trigger");
    tokio::time::sleep(if kill { STEADY_WITHIN } else { KNOWN_WITHIN }).await;
    let plan = Plan {
        title: name,
        servers: servers.iter().collect(),
        addresses: servers.iter().map(Server::address).collect(),
        via: Via::OwnConnections,
        shots: &|run| api::changes(address, &tickets, run, 1),
        pace,
        endpoints: 1,
        hanging: 0,
        watched_from: 0,
        reach: Reach::Ticket(TICKETS),
        warm_up_ns: bench.warm_up_ns(),
        length_ns: bench.length_ns,
        desk: Some(&desk),
        kills_one: kill,
    };
    Ok(vec![Outcome::of(name, &bench.measure(&plan).await?)])
}

/// What each should come to, beside the figures of SQLite if they are of the same run.
pub(super) fn goals(outcomes: &[Outcome]) -> Vec<Goal> {
    let find = |name: &str| outcomes.iter().find(|outcome| outcome.name == name);
    let mut goals = Vec::new();
    if let Some(three) = find(THREE)
        && let Some(embedded) = find("saturated")
    {
        let share = three.delivered_per_second / embedded.delivered_per_second.max(f64::MIN_POSITIVE);
        goals.push(Goal::new(THREE, "at least half of SQLite", format!("{share:.2}"), share >= 0.5));
    }
    for outcome in outcomes.iter().filter(|outcome| [SATURATED, THREE].contains(&outcome.name.as_str())) {
        let trips = outcome.round_trips.unwrap_or(f64::INFINITY);
        goals.push(Goal::new(
            &outcome.name,
            "under 3 round trips a delivery",
            format!("{trips:.2}"),
            trips < 3.0,
        ));
    }
    if let Some(kill) = find(KILL) {
        let recovered = kill.latency_ms.max / 1_000.0;
        let note = if recovered < NOTICED_AFTER_S { " (nothing was left to take up)" } else { "" };
        let found = format!("{recovered:.1} s{note}");
        goals.push(Goal::new(KILL, "recovered within 20 s", found, recovered <= 20.0));
    }
    let lost = outcomes.iter().filter(|outcome| outcome.name.starts_with("pg"));
    goals.extend(lost.map(|outcome| Goal::none_lost(&outcome.name, outcome.lost)));
    goals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::outcome;

    #[test]
    fn three_nodes_are_set_against_the_embedded_database() {
        let mut three = outcome(THREE, 450.0);
        three.round_trips = Some(1.5);
        let found = goals(&[outcome("saturated", 1_000.0), three.clone()]);
        assert_eq!(found.iter().map(|goal| goal.met).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(goals(&[three]).len(), 2, "nothing to set it against");
    }
}
