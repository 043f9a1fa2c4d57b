//! One change before anything is measured. It shows that server and benchmark understand each other, and
//! takes the webhook's body, which is then the body of the raw limit.

use std::time::Duration;

use anyhow::{Result, anyhow};

use super::one_trigger;
use crate::api;
use crate::client::{Line, expect_success};
use crate::clock::{SECOND, now_ns};
use crate::limit::Template;
use crate::measure::Bench;
use crate::receiver::Terms;

/// The longest a single webhook may take.
const LIMIT_NS: u64 = 10 * SECOND;

/// Sends one change through a server of its own.
pub(super) async fn run(bench: &mut Bench) -> Result<()> {
    bench.progress.title("one change");
    let (server, tickets) = one_trigger(bench, 1).await?;
    bench.run += 1;
    let terms = Terms { run: bench.run, start_ns: now_ns(), endpoints: 1, watched_from: 0 };
    bench.receiver.begin(&terms).await?;
    let shots = api::changes(server.address(), &tickets, bench.run, 1)?;
    let answer = Line::new(server.address()).call(shots(0, now_ns())?).await?;
    server.explain(expect_success("changing a ticket", answer))?;
    let limit_ns = now_ns() + LIMIT_NS;
    while now_ns() < limit_ns {
        let sample = bench.receiver.sample().await?;
        if !sample.is_empty() {
            bench.template = Template::of(&sample)?;
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.explain(Err(anyhow!("no webhook came within {} s", LIMIT_NS / SECOND)))
}
