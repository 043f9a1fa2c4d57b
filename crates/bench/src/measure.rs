//! One measurement: a load with its warm-up, the wait until everything has arrived, the counts and costs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use anyhow::{Result, anyhow};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

use crate::clock::{MILLISECOND, SECOND, now_ns, wait_until};
use crate::limit::Template;
use crate::load::{Job, Load, Pace, Sent, Shots, Via};
use crate::machine::Machine;
use crate::postgres::{Desk, Served};
use crate::progress::Progress;
use crate::receiver::{Count, Receipt, Receiver, Terms};
use crate::seen::Seen;
use crate::server::Server;
use crate::usage::{Spent, Ticks, peak_memory};

/// The wait for stragglers ends after so long without an arrival: longer than the pause before a retry.
const STALL_NS: u64 = 45 * SECOND;

/// It ends after this in any case.
const DRAIN_LIMIT_NS: u64 = 180 * SECOND;

/// After the last arrival the server still records it.
const SETTLE: Duration = Duration::from_millis(300);

/// What a run needs throughout.
pub(crate) struct Bench {
    pub(crate) machine: Machine,
    pub(crate) receiver: Receiver,
    pub(crate) progress: Progress,
    /// The body the raw limit is measured with.
    pub(crate) template: Template,
    /// The server's binary.
    pub(crate) binary: PathBuf,
    /// Where the servers' data goes.
    pub(crate) data: PathBuf,
    /// How long a scenario is measured.
    pub(crate) length_ns: u64,
    /// Changes a second of the scenarios at a fixed rate.
    pub(crate) rate: u32,
    /// Endpoints of the scenario in which a fifth of them hang.
    pub(crate) endpoints: usize,
    /// Where databases can be made.
    pub(crate) postgres: Option<String>,
    /// Loads so far.
    pub(crate) run: u32,
}

/// Which endpoints a change is to reach.
#[derive(Clone, Copy)]
pub(crate) enum Reach {
    /// One: that of its ticket, when so many tickets are changed in a circle.
    Ticket(u32),
    /// Each.
    All,
}

/// What to measure.
pub(crate) struct Plan<'a> {
    pub(crate) title: &'a str,
    /// The servers; none if it is the raw limit.
    pub(crate) servers: Vec<&'a Server>,
    /// The clients are spread over these.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) via: Via,
    /// Makes the requests of a load from its number.
    pub(crate) shots: &'a dyn Fn(u32) -> Result<Shots>,
    pub(crate) pace: Pace,
    pub(crate) endpoints: usize,
    /// So many of them, the first, never answer.
    pub(crate) hanging: usize,
    /// Latency and throughput are taken of the endpoints from this one on.
    pub(crate) watched_from: usize,
    pub(crate) reach: Reach,
    pub(crate) warm_up_ns: u64,
    pub(crate) length_ns: u64,
    /// The database that the servers share, if they do.
    pub(crate) desk: Option<&'a Desk>,
    /// Whether the last server is killed half-way.
    pub(crate) kills_one: bool,
}

/// What was measured.
pub(crate) struct Measured {
    pub(crate) sent: Sent,
    pub(crate) receipt: Receipt,
    pub(crate) lost: u64,
    pub(crate) drain_ns: u64,
    pub(crate) length_ns: u64,
    pub(crate) spent: Spent,
    pub(crate) peak_memory: Option<u64>,
    pub(crate) served: Option<Served>,
}

/// A process that is to be killed at its time; not any more when this is dropped.
struct Killing(tokio::task::JoinHandle<()>);

impl Killing {
    fn at(at_ns: u64, pid: u32) -> Self {
        Self(tokio::spawn(async move {
            wait_until(at_ns).await;
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                // It is our child and not waited for yet, so the number is still its own.
                let _ = kill_process(pid, Signal::KILL);
            }
        }))
    }
}

impl Drop for Killing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Plan<'_> {
    /// The endpoints that a change is to reach and that answer.
    fn targets(&self, seq: u32) -> std::ops::Range<usize> {
        match self.reach {
            Reach::All => self.hanging..self.endpoints,
            Reach::Ticket(tickets) => {
                let endpoint = (seq % tickets) as usize % self.endpoints;
                if endpoint < self.hanging { 0..0 } else { endpoint..endpoint + 1 }
            }
        }
    }

    fn explain<T>(&self, result: Result<T>) -> Result<T> {
        match self.servers.first() {
            Some(server) => server.explain(result),
            None => result,
        }
    }

    fn expected(&self, acknowledged: &[u32]) -> u64 {
        acknowledged.iter().map(|seq| self.targets(*seq).len() as u64).sum()
    }

    fn missing(&self, acknowledged: &[u32], seen: &[Seen]) -> u64 {
        let arrived = |seq: u32| {
            let has_it = |endpoint: &usize| seen.get(*endpoint).is_some_and(|set| set.contains(seq));
            self.targets(seq).filter(has_it).count() as u64
        };
        let found: u64 = acknowledged.iter().map(|seq| arrived(*seq)).sum();
        self.expected(acknowledged) - found
    }
}

impl Bench {
    /// How long a scenario is loaded before it is measured.
    pub(crate) fn warm_up_ns(&self) -> u64 {
        (self.length_ns / 10).max(SECOND / 2)
    }

    /// Warms up, then measures.
    pub(crate) async fn measure(&mut self, plan: &Plan<'_>) -> Result<Measured> {
        let warm = self.load(plan, "warming up", plan.warm_up_ns, false).await?;
        if warm.sent.acknowledged.is_empty() || warm.receipt.count == Count::default() {
            let why = warm.sent.first_fault.unwrap_or_else(|| "the changes were answered".to_owned());
            return plan.explain(Err(anyhow!("{}: nothing arrives: {why}", plan.title)));
        }
        self.load(plan, "measuring", plan.length_ns, true).await
    }

    async fn load(&mut self, plan: &Plan<'_>, what: &str, length_ns: u64, counts: bool) -> Result<Measured> {
        self.run += 1;
        let desk = plan.desk.filter(|_| counts);
        let counted = match desk {
            Some(desk) => Some(desk.counters().await?),
            None => None,
        };
        let terms = Terms {
            run: self.run,
            start_ns: now_ns() + 100 * MILLISECOND,
            endpoints: plan.endpoints,
            watched_from: plan.watched_from,
        };
        self.receiver.begin(&terms).await?;
        let job = Job {
            addresses: plan.addresses.clone(),
            via: plan.via,
            shots: (plan.shots)(self.run)?,
            pace: plan.pace,
            start_ns: terms.start_ns,
            length_ns,
        };
        let before = self.ticks(plan)?;
        let victim = plan.servers.last().filter(|_| counts && plan.kills_one).map(|server| server.pid());
        let killing = victim.map(|pid| Killing::at(terms.start_ns + length_ns / 2, pid));
        let sent = self.watch(plan, what, job).await?;
        drop(killing);
        let (lost, drain_ns) = self.drain(plan, &sent.acknowledged).await?;
        tokio::time::sleep(if plan.servers.is_empty() { Duration::ZERO } else { SETTLE }).await;
        let spent = before.spent_until(&self.ticks(plan)?, self.machine.cores);
        // A killed one has none any more.
        let held = plan.servers.iter().filter_map(|server| peak_memory(server.pid()).ok());
        let peak_memory = (!plan.servers.is_empty()).then(|| held.sum());
        let served = match desk.zip(counted) {
            Some((desk, counted)) => Some(desk.served_since(&counted).await?),
            None => None,
        };
        let receipt = self.receiver.receipt().await?;
        Ok(Measured { sent, receipt, lost, drain_ns, length_ns, spent, peak_memory, served })
    }

    fn ticks(&self, plan: &Plan<'_>) -> Result<Ticks> {
        let servers: Vec<u32> = plan.servers.iter().map(|server| server.pid()).collect();
        plan.explain(Ticks::now(&servers, self.receiver.pid()))
    }

    /// Runs the load to its end and shows how far it is.
    async fn watch(&mut self, plan: &Plan<'_>, what: &str, job: Job) -> Result<Sent> {
        let (arrived, arrivals) = watch::channel(0);
        let (start_ns, seconds) = (job.start_ns, job.length_ns.div_ceil(SECOND));
        let every = if let Pace::Window(_) = plan.pace { 5 } else { 200 };
        let mut load = pin!(Load::start(job, &arrivals).join());
        let mut shown = (start_ns, 0);
        loop {
            tokio::select! {
                sent = &mut load => return sent,
                () = tokio::time::sleep(Duration::from_millis(every)) => {}
            }
            let count = self.receiver.count().await?;
            // Nobody waits for it unless there is a window.
            let _ = arrived.send(count.distinct / plan.endpoints.max(1) as u64);
            let now = now_ns();
            if now > shown.0 + SECOND / 2 {
                let rate = (count.received - shown.1) * SECOND / (now - shown.0);
                let passed = (now - start_ns) / SECOND;
                self.progress.show(&format!("{what} {passed}/{seconds} s · {rate}/s"));
                shown = (now, count.received);
            }
        }
    }

    /// Waits until every acknowledged change has arrived; tells how many never did, and the wait.
    async fn drain(&mut self, plan: &Plan<'_>, acknowledged: &[u32]) -> Result<(u64, u64)> {
        let expected = plan.expected(acknowledged);
        let start_ns = now_ns();
        let mut last = (0, start_ns);
        loop {
            let distinct = self.receiver.count().await?.distinct;
            let now = now_ns();
            if distinct > last.0 {
                last = (distinct, now);
            }
            let over = now > last.1 + STALL_NS || now > start_ns + DRAIN_LIMIT_NS;
            if distinct >= expected || over {
                let lost = plan.missing(acknowledged, &self.receiver.seen().await?);
                if lost == 0 || over {
                    return Ok((lost, now - start_ns));
                }
            }
            self.progress.show(&format!("{} still on their way", expected.saturating_sub(distinct)));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(reach: Reach, endpoints: usize, hanging: usize) -> Plan<'static> {
        Plan {
            title: "test",
            servers: Vec::new(),
            addresses: Vec::new(),
            via: Via::OwnConnections,
            shots: &|_| Err(anyhow!("no load in this test")),
            pace: Pace::Closed,
            endpoints,
            hanging,
            watched_from: hanging,
            reach,
            warm_up_ns: 0,
            length_ns: 0,
            desk: None,
            kills_one: false,
        }
    }

    fn seen(numbers: &[u32]) -> Seen {
        let mut set = Seen::default();
        for number in numbers {
            set.insert(*number);
        }
        set
    }

    #[test]
    fn lost_is_what_was_acknowledged_and_never_came() {
        let plan = plan(Reach::Ticket(4), 2, 0);
        let sets = [seen(&[0, 2, 4]), seen(&[1, 9])];
        assert_eq!(plan.expected(&[0, 1, 2, 3]), 4);
        assert_eq!(plan.missing(&[0, 1, 2, 3], &sets), 1);
        assert_eq!(plan.missing(&[0, 1, 2], &sets), 0);
        assert_eq!(plan.missing(&[0], &[]), 1);
    }

    #[test]
    fn nothing_is_expected_of_an_endpoint_that_hangs() {
        let plan = plan(Reach::Ticket(10), 5, 1);
        assert_eq!(plan.expected(&[0, 5, 10]), 0);
        assert_eq!(plan.expected(&[0, 1, 2, 3, 4]), 4);
    }

    #[test]
    fn a_fan_reaches_every_endpoint() {
        let plan = plan(Reach::All, 3, 0);
        assert_eq!(plan.expected(&[0, 1]), 6);
        assert_eq!(plan.missing(&[0, 1], &[seen(&[0, 1]), seen(&[0]), seen(&[0, 1])]), 1);
    }
}
