//! The scenarios, one file each, and their order: a slice of the raw limit before each and after the last,
//! so that each ratio is between figures taken at the same time.

mod fanout;
mod hanging;
mod inbox;
mod integration;
mod pg;
mod saturated;
mod steady;
mod trial;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::api;
use crate::client::Line;
use crate::clock::SECOND;
use crate::limit;
use crate::load::Via;
use crate::measure::Bench;
use crate::receiver::endpoint;
use crate::report::{Goal, Outcome, Report};
use crate::server::Server;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Every one below.
    All,
    /// Only the raw limit; needs no server.
    Limit,
    /// 64 clients change tickets as fast as they are answered; one trigger, one endpoint.
    Saturated,
    /// Changes at a fixed rate; one trigger, one endpoint.
    Steady,
    /// Changes at a fixed rate to many endpoints, first all healthy, then with a fifth of them hanging.
    Hanging,
    /// Each change goes to 100 endpoints.
    Fanout,
    /// The receiving end: webhooks straight to `gatilho receive`, from 64 clients.
    Inbox,
    /// Two servers linked by an integration: from a change on one side until the other side shows it.
    Integration,
    /// As saturated, one node on PostgreSQL.
    PgSaturated,
    /// The same, three nodes.
    PgThree,
    /// As steady, one node on PostgreSQL.
    PgSteady,
    /// As pg-three, and one node is killed half-way.
    PgKill,
}

/// The ones that make up "all": those that need no other service.
const ALL: [Scenario; 6] = [
    Scenario::Saturated,
    Scenario::Steady,
    Scenario::Hanging,
    Scenario::Fanout,
    Scenario::Inbox,
    Scenario::Integration,
];

/// The ones that need a PostgreSQL, and are named one by one.
const ON_SERVER: [Scenario; 4] =
    [Scenario::PgSaturated, Scenario::PgThree, Scenario::PgSteady, Scenario::PgKill];

impl Scenario {
    /// What a choice comes to: each scenario once, in the order of the report.
    pub(crate) fn chosen(choice: &[Self]) -> Vec<Self> {
        let wanted = |scenario: &Self| {
            choice.contains(scenario) || (choice.contains(&Self::All) && ALL.contains(scenario))
        };
        ALL.into_iter().chain(ON_SERVER).filter(wanted).collect()
    }

    async fn run(self, bench: &mut Bench) -> Result<Vec<Outcome>> {
        match self {
            Self::All | Self::Limit => Ok(Vec::new()),
            Self::Saturated => saturated::run(bench).await,
            Self::Steady => steady::run(bench).await,
            Self::Hanging => hanging::run(bench).await,
            Self::Fanout => fanout::run(bench).await,
            Self::Inbox => inbox::run(bench).await,
            Self::Integration => integration::run(bench).await,
            Self::PgSaturated => pg::saturated(bench).await,
            Self::PgThree => pg::three(bench).await,
            Self::PgSteady => pg::steady(bench).await,
            Self::PgKill => pg::kill(bench).await,
        }
    }

    fn goals(self, outcomes: &[Outcome]) -> Vec<Goal> {
        match (self, outcomes) {
            (Self::Saturated, [outcome]) => saturated::goals(outcome),
            (Self::Steady, [outcome]) => steady::goals(outcome),
            (Self::Hanging, [healthy, hanging]) => hanging::goals(healthy, hanging),
            (Self::Fanout, [outcome]) => fanout::goals(outcome),
            (Self::Inbox, [full, calm]) => inbox::goals(full, calm),
            (Self::Integration, [outcome]) => integration::goals(outcome),
            _ => Vec::new(),
        }
    }
}

/// Runs the scenarios and reports on them.
pub(crate) async fn run(bench: &mut Bench, scenarios: &[Scenario]) -> Result<Report> {
    if !scenarios.is_empty() {
        trial::run(bench).await.context("a first try with one change")?;
    }
    let mut bare = slice(bench, "bare connections", Via::OwnConnections).await?;
    let mut slices = vec![limit_slice(bench).await?];
    let (mut outcomes, mut goals) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        let mut found = scenario.run(bench).await?;
        slices.push(limit_slice(bench).await?);
        let limit = Outcome::mean(&slices[slices.len() - 2..]).context("the raw limit has no slices")?;
        for outcome in &mut found {
            outcome.against(limit.delivered_per_second);
        }
        goals.extend(scenario.goals(&found));
        outcomes.extend(found);
    }
    goals.extend(pg::goals(&outcomes));
    bench.progress.clear();
    let limit = Outcome::mean(&slices).context("the raw limit has no slices")?;
    bare.against(limit.delivered_per_second);
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        machine: bench.machine.clone(),
        limit,
        bare,
        limit_slices: slices.iter().map(|slice| slice.delivered_per_second).collect(),
        scenarios: outcomes,
        goals,
    })
}

async fn limit_slice(bench: &mut Bench) -> Result<Outcome> {
    slice(bench, "raw limit", Via::Pool).await
}

/// A quarter of a scenario's length.
async fn slice(bench: &mut Bench, name: &str, via: Via) -> Result<Outcome> {
    let length_ns = (bench.length_ns / 4).max(SECOND);
    Ok(Outcome::of(name, &limit::slice(bench, via, length_ns).await?))
}

/// A fresh server with tickets, and one trigger that sends every change of a subject to endpoint 0.
async fn one_trigger(bench: &mut Bench, tickets: u32) -> Result<(Server, std::sync::Arc<[u64]>)> {
    bench.progress.show("starting the server");
    let server = Server::start(&bench.binary, &bench.data).await?;
    let numbers = furnish(bench, &server, tickets).await?;
    Ok((server, numbers))
}

/// Makes tickets, and then the trigger that sends every change of a subject to endpoint 0.
async fn furnish(bench: &mut Bench, server: &Server, tickets: u32) -> Result<std::sync::Arc<[u64]>> {
    bench.progress.show("making tickets");
    let numbers = server.explain(api::make_tickets(server.address(), tickets).await)?;
    let url = format!("http://{}{}", bench.receiver.address(), endpoint(0));
    let mut line = Line::new(server.address());
    server.explain(api::make_trigger(&mut line, server.address(), "bench", None, &[url]).await)?;
    Ok(numbers)
}

/// A fresh server with tickets, made before any trigger could fire for them.
async fn fresh(bench: &mut Bench, tickets: u32) -> Result<(Server, std::sync::Arc<[u64]>, Line)> {
    bench.progress.show("starting the server");
    let server = Server::start(&bench.binary, &bench.data).await?;
    bench.progress.show("making tickets");
    let numbers = server.explain(api::make_tickets(server.address(), tickets).await)?;
    let line = Line::new(server.address());
    Ok((server, numbers, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scenario_runs_once_in_its_order() {
        use Scenario::{All, Fanout, Limit, Saturated, Steady};
        assert_eq!(Scenario::chosen(&[All, Steady]), ALL);
        assert_eq!(Scenario::chosen(&[Fanout, Saturated, Fanout]), [Saturated, Fanout]);
        assert!(Scenario::chosen(&[Limit]).is_empty());
    }
}
