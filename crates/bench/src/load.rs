//! The load: many connections that send changes, as fast as they are answered or at fixed times.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hyper::{Request, StatusCode};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;

use crate::client::{Body, Line, Pool, call_pooled, pool};
use crate::clock::{SECOND, block_until, now_ns, wait_until};
use crate::latency::Latencies;
use crate::schedule::Schedule;

/// Connections of every load.
pub(crate) const CLIENTS: usize = 64;

/// What of a schedule could not be sent this long after its end is given up.
const GRACE_NS: u64 = 10 * SECOND;

/// Makes the request of a change from its number and its due time.
pub(crate) type Shots = Arc<dyn Fn(u32, u64) -> Result<Request<Body>> + Send + Sync>;

/// When the next change is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// Each client sends as soon as it was answered.
    Closed,
    /// The same, with at most so many changes that have not arrived everywhere.
    Window(u32),
    /// So many a second, whatever is answered.
    Even(u32),
}

/// What the clients of a load send with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// Each with a connection of its own: the least a client can cost.
    OwnConnections,
    /// All through one pool, as the server sends; requests name their host in the URI.
    Pool,
}

/// Which load, against whom, from when to when.
#[derive(Clone)]
pub(crate) struct Job {
    /// Each client has one of these.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) via: Via,
    pub(crate) shots: Shots,
    pub(crate) pace: Pace,
    pub(crate) start_ns: u64,
    pub(crate) length_ns: u64,
}

/// What was sent and what was said to it.
pub(crate) struct Sent {
    /// The changes answered with a 2xx.
    pub(crate) acknowledged: Vec<u32>,
    /// Changes answered otherwise.
    pub(crate) refused: u64,
    /// Changes not answered, or not sent in time.
    pub(crate) failed: u64,
    /// The first of those.
    pub(crate) first_fault: Option<String>,
    /// From the due time to the answer.
    pub(crate) answers: Latencies,
    /// From the due time to the sending: how late the load itself was.
    pub(crate) lags: Latencies,
}

/// A running load; it stops when dropped.
pub(crate) struct Load(JoinSet<Result<Sent>>);

impl Load {
    /// Starts the job. `arrived` tells how many changes have arrived everywhere, for a window.
    pub(crate) fn start(job: Job, arrived: &watch::Receiver<u64>) -> Self {
        let mut tasks = JoinSet::new();
        let shared = pool();
        match job.pace {
            Pace::Even(per_second) => {
                let schedule = Schedule::over(job.start_ns, per_second, job.length_ns);
                let due = Arc::new(Mutex::new(pacer(schedule)));
                for client in 0..CLIENTS {
                    tasks.spawn(at_due_times(job.clone(), client, shared.clone(), due.clone()));
                }
            }
            Pace::Closed | Pace::Window(_) => {
                let turns = Arc::new(Turns::default());
                for client in 0..CLIENTS {
                    let (turns, arrived) = (turns.clone(), arrived.clone());
                    tasks.spawn(as_answered(job.clone(), client, shared.clone(), turns, arrived));
                }
            }
        }
        Self(tasks)
    }

    /// Waits for the last answer.
    pub(crate) async fn join(mut self) -> Result<Sent> {
        let mut all = Sent::new()?;
        while let Some(part) = self.0.join_next().await {
            all.merge(part??)?;
        }
        Ok(all)
    }
}

impl Sent {
    fn new() -> Result<Self> {
        Ok(Self {
            acknowledged: Vec::new(),
            refused: 0,
            failed: 0,
            first_fault: None,
            answers: Latencies::new()?,
            lags: Latencies::new()?,
        })
    }

    fn merge(&mut self, part: Self) -> Result<()> {
        self.acknowledged.extend(part.acknowledged);
        self.refused += part.refused;
        self.failed += part.failed;
        self.first_fault = self.first_fault.take().or(part.first_fault);
        self.answers.merge(&part.answers)?;
        self.lags.merge(&part.lags)
    }

    fn note(&mut self, seq: u32, due_ns: u64, answer: Result<(StatusCode, Bytes)>) {
        match answer {
            Ok((status, _)) if status.is_success() => {
                self.acknowledged.push(seq);
                self.answers.record_ns(now_ns().saturating_sub(due_ns));
            }
            Ok((status, body)) => {
                self.refused += 1;
                let text = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
                self.first_fault.get_or_insert_with(|| format!("{status}: {text}"));
            }
            Err(fault) => self.fail(format!("{fault:#}")),
        }
    }

    fn fail(&mut self, why: String) {
        self.failed += 1;
        self.first_fault.get_or_insert(why);
    }
}

/// One client of a load.
enum Client {
    Own(Line),
    Pooled(Box<Pool>),
}

/// A client that waited for the start, with its connection open if it has one.
async fn ready(job: &Job, number: usize, shared: &Pool) -> Result<Client> {
    let client = match job.via {
        Via::Pool => Client::Pooled(Box::new(shared.clone())),
        Via::OwnConnections => {
            let address = job.addresses.get(number % job.addresses.len().max(1));
            let mut line = Line::new(*address.context("nobody to send to")?);
            // A line that will not open fails its first call, which is counted.
            let _ = line.open().await;
            Client::Own(line)
        }
    };
    wait_until(job.start_ns).await;
    Ok(client)
}

/// Sends one change and notes the answer; a breather after a failure keeps a dead server from a storm.
async fn send(client: &mut Client, job: &Job, sent: &mut Sent, seq: u32, due_ns: u64) -> Result<()> {
    let request = (job.shots)(seq, due_ns)?;
    let answer = match client {
        Client::Own(line) => line.call(request).await,
        Client::Pooled(pool) => call_pooled(pool, request).await,
    };
    let failed = answer.is_err();
    sent.note(seq, due_ns, answer);
    if failed {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// What clients without a schedule share.
#[derive(Default)]
struct Turns {
    next: AtomicU32,
    /// Changes that were not acknowledged and so keep no place in a window.
    void: AtomicU64,
}

async fn as_answered(
    job: Job,
    number: usize,
    shared: Pool,
    turns: Arc<Turns>,
    mut arrived: watch::Receiver<u64>,
) -> Result<Sent> {
    let mut sent = Sent::new()?;
    let mut client = ready(&job, number, &shared).await?;
    let end_ns = job.start_ns + job.length_ns;
    while now_ns() < end_ns {
        let seq = turns.next.fetch_add(1, Ordering::Relaxed);
        if let Pace::Window(changes) = job.pace {
            let room = || u64::from(changes) + turns.void.load(Ordering::Relaxed);
            let open = arrived.wait_for(|count| u64::from(seq) < count + room());
            let rest = Duration::from_nanos(end_ns.saturating_sub(now_ns()));
            if !matches!(tokio::time::timeout(rest, open).await, Ok(Ok(_))) {
                break;
            }
        }
        let void = sent.refused + sent.failed;
        send(&mut client, &job, &mut sent, seq, now_ns()).await?;
        turns.void.fetch_add(sent.refused + sent.failed - void, Ordering::Relaxed);
    }
    Ok(sent)
}

type Due = Arc<Mutex<mpsc::UnboundedReceiver<(u32, u64)>>>;

async fn at_due_times(job: Job, number: usize, shared: Pool, due: Due) -> Result<Sent> {
    let mut sent = Sent::new()?;
    let mut client = ready(&job, number, &shared).await?;
    let given_up_ns = job.start_ns + job.length_ns + GRACE_NS;
    loop {
        let next = due.lock().await.recv().await;
        let Some((seq, due_ns)) = next else { return Ok(sent) };
        let now = now_ns();
        if now > given_up_ns {
            sent.fail("not sent in time: all connections were waiting".to_owned());
            continue;
        }
        sent.lags.record_ns(now.saturating_sub(due_ns));
        send(&mut client, &job, &mut sent, seq, due_ns).await?;
    }
}

/// Hands out each change at its due time, from a thread of its own; it ends when nobody listens.
fn pacer(schedule: Schedule) -> mpsc::UnboundedReceiver<(u32, u64)> {
    let (hand_out, due) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for (seq, at_ns) in schedule.due() {
            block_until(at_ns);
            if hand_out.send((seq, at_ns)).is_err() {
                break;
            }
        }
    });
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::request;
    use crate::marker::Marker;
    use crate::receiver::{Receiver, Terms, endpoint, served};

    /// Lets a load post to a receiver for a fifth of a second.
    async fn post(via: Via, pace: Pace, arrived: u64, path: &str) -> Result<(Sent, Receiver)> {
        let mut receiver = served().await?;
        let address = receiver.address();
        let terms = Terms { run: 1, start_ns: now_ns(), endpoints: 1, watched_from: 0 };
        receiver.begin(&terms).await?;
        let uri = if via == Via::Pool { format!("http://{address}{path}") } else { path.to_owned() };
        let shots: Shots = Arc::new(move |seq, sent_ns| {
            let subject = Marker { run: 1, seq, sent_ns, route: 0 }.subject();
            request("POST", address, &uri, format!("{{\"Subject\":\"{subject}\"}}"))
        });
        let job = Job {
            addresses: vec![address],
            via,
            shots,
            pace,
            start_ns: terms.start_ns,
            length_ns: SECOND / 5,
        };
        let (_tell, arrivals) = watch::channel(arrived);
        Ok((Load::start(job, &arrivals).join().await?, receiver))
    }

    #[tokio::test]
    async fn a_schedule_is_sent_in_full() -> Result<()> {
        let (sent, mut receiver) = post(Via::OwnConnections, Pace::Even(500), 0, &endpoint(0)).await?;
        assert_eq!((sent.acknowledged.len(), sent.refused, sent.failed), (100, 0, 0));
        assert_eq!(sent.lags.percentiles().count, 100);
        assert_eq!(receiver.count().await?.distinct, 100);
        Ok(())
    }

    #[tokio::test]
    async fn a_closed_loop_sends_each_number_once() -> Result<()> {
        for via in [Via::OwnConnections, Via::Pool] {
            let (mut sent, mut receiver) = post(via, Pace::Closed, 0, &endpoint(0)).await?;
            sent.acknowledged.sort_unstable();
            assert!(sent.acknowledged.iter().zip(0..).all(|(found, wanted)| *found == wanted));
            assert!(!sent.acknowledged.is_empty(), "{via:?}: {:?}", sent.first_fault);
            assert_eq!(receiver.count().await?.distinct, sent.acknowledged.len() as u64);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_window_holds_back_what_has_no_room() -> Result<()> {
        let (sent, _) = post(Via::OwnConnections, Pace::Window(7), 3, &endpoint(0)).await?;
        // On a busy machine the time may be up before all ten are sent.
        assert!((1..=10).contains(&sent.acknowledged.len()), "{}", sent.acknowledged.len());
        Ok(())
    }

    #[tokio::test]
    async fn refusals_are_counted_and_the_first_is_kept() -> Result<()> {
        let (sent, _) = post(Via::OwnConnections, Pace::Even(100), 0, "/nowhere").await?;
        assert_eq!((sent.acknowledged.len(), sent.refused), (0, 20));
        assert!(sent.first_fault.is_some_and(|fault| fault.starts_with("404")));
        Ok(())
    }
}
