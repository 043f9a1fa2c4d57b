//! The receiving end alone: the posts of the raw limit, each stored by `gatilho receive` before its answer, while its program
//! takes a second for one and fails. First as fast as 64 clients get their answers, then at a rate that real senders come to.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use tokio::sync::watch;

use crate::client::{Line, expect_success, request};
use crate::clock::{MILLISECOND, now_ns};
use crate::load::{Job, Load, Pace, Sent, Via};
use crate::measure::{Bench, Measured};
use crate::receiver::{Count, Receipt, SLOT_NS};
use crate::report::{Goal, Outcome};
use crate::server::{Server, free_address};
use crate::usage::{Ticks, peak_memory};

const NAME: &str = "inbox";
const CALM: &str = "inbox, 1 000/s";

/// Requests a second of the calm half.
const RATE: u32 = 1_000;

/// Runs the scenario.
pub(super) async fn run(bench: &mut Bench) -> Result<Vec<Outcome>> {
    bench.progress.title(NAME);
    bench.progress.show("starting the inbox");
    let metrics = free_address()?;
    let inbox = Server::inbox(&bench.binary, &bench.data, metrics).await?;
    let (mut stored, mut unanswered, mut lost) = (0, 0, 0);
    let mut outcomes = Vec::new();
    for (name, pace) in [(NAME, Pace::Closed), (CALM, Pace::Even(RATE))] {
        let warm_up_ns = bench.warm_up_ns();
        let warm = load(bench, &inbox, "warming up", pace, warm_up_ns).await?;
        let mut measured = load(bench, &inbox, "measuring", pace, bench.length_ns).await?;
        for sent in [&warm.sent, &measured.sent] {
            stored += sent.acknowledged.len() as u64;
            unanswered += sent.failed + sent.refused;
        }
        let there = inbox.explain(in_inbox(metrics).await)?;
        ensure!(there <= stored + unanswered, "{there} requests are in the inbox, {stored} were stored");
        measured.lost = stored.saturating_sub(there).saturating_sub(lost);
        lost += measured.lost;
        outcomes.push(Outcome::of(name, &measured));
    }
    Ok(outcomes)
}

async fn load(bench: &mut Bench, inbox: &Server, what: &str, pace: Pace, length_ns: u64) -> Result<Measured> {
    bench.run += 1;
    bench.progress.show(what);
    let start_ns = now_ns() + 100 * MILLISECOND;
    let job = Job {
        addresses: vec![inbox.address()],
        via: Via::Pool,
        shots: bench.template.posts(inbox.address(), Via::Pool, bench.run)?,
        pace,
        start_ns,
        length_ns,
    };
    let before = Ticks::now(&[inbox.pid()], bench.receiver.pid())?;
    let (_arrived, arrivals) = watch::channel(0);
    let sent = Load::start(job, &arrivals).join().await?;
    let later = Ticks::now(&[inbox.pid()], bench.receiver.pid())?;
    ensure!(!sent.acknowledged.is_empty(), "nothing was stored: {:?}", sent.first_fault);
    let spent = before.spent_until(&later, bench.machine.cores);
    let receipt = receipt(&sent, usize::try_from(length_ns / SLOT_NS)?.max(1));
    let peak_memory = Some(peak_memory(inbox.pid())?);
    Ok(Measured { sent, receipt, lost: 0, drain_ns: 0, length_ns, spent, peak_memory, served: None })
}

/// What was answered, as if the answers had arrived at the receiver: nothing goes further here. When is not counted, so it
/// is an even line over time.
fn receipt(sent: &Sent, slots: usize) -> Receipt {
    let answered = sent.acknowledged.len() as u64;
    let of_slot = |slot: u64| answered * (slot + 1) / slots as u64 - answered * slot / slots as u64;
    Receipt {
        count: Count { received: answered, distinct: answered, ..Count::default() },
        latency_ms: sent.answers.percentiles(),
        slots: (0..slots as u64).map(of_slot).collect(),
        body_bytes: 0,
    }
}

/// How many requests are in the inbox. Its program fails, so that none leaves it.
async fn in_inbox(metrics: SocketAddr) -> Result<u64> {
    let answer = Line::new(metrics).call(request("GET", metrics, "/metrics", "")?).await?;
    let text = String::from_utf8(expect_success("asking for the metrics", answer)?.to_vec())?;
    total(&text).context("the metrics do not tell how many requests the inbox has")
}

fn total(text: &str) -> Option<u64> {
    let of = |line: &str| line.rsplit_once(' ').and_then(|(_, value)| value.parse::<u64>().ok());
    let is_there = |line: &&str| line.starts_with("gatilho_receive_inbox{");
    let found: Vec<u64> = text.lines().filter(is_there).map(of).collect::<Option<_>>()?;
    (found.len() >= 3).then(|| found.iter().sum())
}

/// What it should come to.
pub(super) fn goals(full: &Outcome, calm: &Outcome) -> Vec<Goal> {
    let p99 = calm.latency_ms.p99;
    vec![
        Goal::of_limit(NAME, "at least 0.250 of the limit", full.limit_ratio, 0.25),
        Goal::new(CALM, "p99 at most 10 ms", format!("{p99:.2} ms"), p99 <= 10.0),
        Goal::none_lost(NAME, full.lost + calm.lost),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_runs_or_is_dead_is_in_the_inbox() {
        let text = "# TYPE gatilho_receive_inbox gauge\n\
                    gatilho_receive_inbox{state=\"waiting\"} 40\ngatilho_receive_inbox{state=\"running\"} 4\n\
                    gatilho_receive_inbox{state=\"dead\"} 1\ngatilho_receive_runs_total{outcome=\"done\"} 5\n\
                    gatilho_receive_runs_total{outcome=\"again\"} 7\n";
        assert_eq!(total(text), Some(45));
        assert_eq!(total(""), None);
    }
}
