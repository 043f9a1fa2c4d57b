//! Two servers linked by an integration: the status of a ticket is changed on one side, and its counterpart is looked at
//! until the other side's API shows it. The sides take turns, one change after the other.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::api::{authorized, make_tickets};
use crate::client::{Line, expect_success, request};
use crate::clock::{SECOND, now_ns};
use crate::latency::Latencies;
use crate::load::Sent;
use crate::measure::{Bench, Measured};
use crate::receiver::{Count, Receipt, SLOT_NS};
use crate::report::{Goal, Outcome};
use crate::server::{KEY, Server};
use crate::usage::{Ticks, peak_memory};

const NAME: &str = "integration";

/// Between two looks at the other side.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// A change that is not there by then ends the scenario.
const LIMIT_NS: u64 = 10 * SECOND;

/// One of the two, and its number of the ticket that both have.
struct Side {
    line: Line,
    address: SocketAddr,
    ticket: u64,
}

impl Side {
    async fn ticket(&mut self) -> Result<Value> {
        let path = format!("/public/v1/tickets?token={KEY}&id={}", self.ticket);
        let answer = self.line.call(request("GET", self.address, &path, "")?).await?;
        Ok(serde_json::from_slice(&expect_success("reading a ticket", answer)?)?)
    }

    async fn set_status(&mut self, status: &str) -> Result<()> {
        let path = format!("/public/v1/tickets?token={KEY}&id={}", self.ticket);
        let body = json!({ "status": status }).to_string();
        let answer = self.line.call(request("PATCH", self.address, &path, body)?).await?;
        expect_success("changing a status", answer).map(drop)
    }

    /// Looks until the ticket is as wanted; nothing when it never was.
    async fn wait_for<T>(&mut self, wanted: impl Fn(&Value) -> Option<T>) -> Result<Option<T>> {
        let limit_ns = now_ns() + LIMIT_NS;
        while now_ns() < limit_ns {
            if let Some(found) = wanted(&self.ticket().await?) {
                return Ok(Some(found));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(None)
    }
}

/// Runs the scenario.
pub(super) async fn run(bench: &mut Bench) -> Result<Vec<Outcome>> {
    bench.progress.title(NAME);
    bench.progress.show("starting two servers");
    let here = Server::start(&bench.binary, &bench.data).await?;
    let there = Server::start(&bench.binary, &bench.data).await?;
    bench.progress.show("linking them");
    let mut turns = there.explain(here.explain(Turns::begin(here.address(), there.address()).await))?;
    bench.progress.show("warming up");
    there.explain(here.explain(turns.take(bench.warm_up_ns()).await))?;
    bench.progress.show("measuring");
    let before = Ticks::now(&[here.pid(), there.pid()], bench.receiver.pid())?;
    let (sent, receipt) = there.explain(here.explain(turns.take(bench.length_ns).await))?;
    let later = Ticks::now(&[here.pid(), there.pid()], bench.receiver.pid())?;
    let measured = Measured {
        sent,
        receipt,
        lost: 0,
        drain_ns: 0,
        length_ns: bench.length_ns,
        spent: before.spent_until(&later, bench.machine.cores),
        peak_memory: Some(peak_memory(here.pid())?.max(peak_memory(there.pid())?)),
        served: None,
    };
    Ok(vec![Outcome::of(NAME, &measured)])
}

/// Both sides, and how many changes they have made.
struct Turns {
    here: Side,
    there: Side,
    taken: u32,
}

impl Turns {
    /// Links both servers, and a ticket with its counterpart.
    async fn begin(here: SocketAddr, there: SocketAddr) -> Result<Self> {
        let integration = json!({
            "name": "bench", "url": format!("http://{there}"), "key": KEY, "both_ways": true,
            "events": ["creation", "public_actions", "status"],
        });
        let mut line = Line::new(here);
        let post = authorized(request("POST", here, "/api/v1/integrations", integration.to_string())?)?;
        expect_success("linking two servers", line.call(post).await?)?;
        let ticket = make_tickets(here, 1).await?.first().copied().context("no ticket was made")?;
        let mut here = Side { line, address: here, ticket };
        let number = here.wait_for(|ticket| ticket["movideskTicketNumber"].as_u64()).await?;
        let ticket = number.context("the ticket got no counterpart")?;
        Ok(Self { here, there: Side { line: Line::new(there), address: there, ticket }, taken: 0 })
    }

    /// Changes the status on one side after the other, each as soon as the last change has come across.
    async fn take(&mut self, length_ns: u64) -> Result<(Sent, Receipt)> {
        let start_ns = now_ns();
        let (mut answers, mut crossings) = (Latencies::new()?, Latencies::new()?);
        let mut acknowledged = Vec::new();
        let mut slots = vec![0; usize::try_from(length_ns / SLOT_NS)?.max(1)];
        let mut count = Count::default();
        while now_ns() < start_ns + length_ns {
            let (from, to, status) = match self.taken % 2 {
                0 => (&mut self.here, &mut self.there, "In attendance"),
                _ => (&mut self.there, &mut self.here, "New"),
            };
            let sent_ns = now_ns();
            from.set_status(status).await?;
            answers.record_ns(now_ns() - sent_ns);
            acknowledged.push(self.taken);
            self.taken += 1;
            let seen = to.wait_for(|ticket| (ticket["status"] == status).then_some(())).await?;
            let now_ns = now_ns();
            // Both sides stand apart then, and the next change would say nothing.
            ensure!(
                seen.is_some(),
                "a change of the status did not come across within {} s",
                LIMIT_NS / SECOND
            );
            crossings.record_ns(now_ns - sent_ns);
            (count.received, count.distinct) = (count.received + 1, count.distinct + 1);
            if let Some(slot) = slots.get_mut(usize::try_from((now_ns - start_ns) / SLOT_NS)?) {
                *slot += 1;
            }
        }
        let lags = Latencies::new()?;
        let sent = Sent { acknowledged, refused: 0, failed: 0, first_fault: None, answers, lags };
        Ok((sent, Receipt { count, latency_ms: crossings.percentiles(), slots, body_bytes: 0 }))
    }
}

/// What it should come to.
pub(super) fn goals(outcome: &Outcome) -> Vec<Goal> {
    let p50 = outcome.latency_ms.p50;
    vec![Goal::new(NAME, "p50 under 100 ms", format!("{p50:.2} ms"), p50 < 100.0)]
}
