//! Lives here: the tasks that write. Each takes the writes that are waiting when it becomes free into one transaction,
//! and answers them after its COMMIT.
//! Not here: what one transaction does (`group`), how connections are set up (`link`).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::catalog::Catalog;
use super::errors::{Fault, refusal};
use super::group;
use super::link::{Link, Purpose};
use super::queue::Queue;
use super::{PAUSE, Place};
use crate::db::settings::Synchronous;
use crate::db::{CommitError, Done, Write};

/// How many writes may wait, and how heavy they may be: minutes of work, and a bound for memory.
pub(super) const WAITING_MAX: usize = 10_000;
pub(super) const WAITING_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Past the time that the server gives each statement: then the server itself is silent.
const SILENCE: Duration = Duration::from_secs(10);

/// A write and who waits for it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) write: Write,
    pub(super) answer: oneshot::Sender<Result<Done, CommitError>>,
    /// When it was handed over.
    pub(super) since: Instant,
}

impl Job {
    fn answer(self, answer: Result<Done, CommitError>) {
        // Whoever asked may have gone; the write is done all the same.
        let _ = self.answer.send(answer);
    }
}

/// One of the tasks that write.
#[derive(Clone)]
pub(super) struct Writer {
    pub(super) place: Arc<Place>,
    pub(super) queue: Arc<Queue<Job>>,
    pub(super) catalog: Arc<Catalog>,
}

impl Writer {
    /// Works until the queue is closed and empty.
    pub(super) async fn run(self) {
        let settings = &self.place.settings;
        let mut link = None;
        while self.queue.wait().await {
            fail::fail_point!("store::group");
            let jobs = self.queue.take(settings.group_writes, settings.group_bytes);
            if !jobs.is_empty() {
                self.serve(&mut link, jobs).await;
            }
        }
    }

    /// One transaction for all of them. If one of them fails it, one for each half, down to one for each.
    async fn serve(&self, link: &mut Option<Link>, jobs: Vec<Job>) {
        let mut parts = vec![jobs];
        while let Some(mut part) = parts.pop() {
            let Some(first) = part.first() else { continue };
            let deadline = first.since + self.place.settings.connect_within;
            let ready = match self.connected(link, deadline).await {
                Ok(ready) => ready,
                Err(fault) => {
                    refuse(part, &fault.text(&self.place.name));
                    continue;
                }
            };
            let outcome = self.transact(ready, &part).await;
            if outcome.as_ref().is_err_and(Fault::breaks_connection) {
                *link = None;
            }
            match outcome {
                Ok(outcomes) => {
                    for (job, outcome) in part.into_iter().zip(outcomes) {
                        match outcome {
                            Some(done) => job.answer(Ok(done)),
                            None => self.alone(link, job, deadline).await,
                        }
                    }
                }
                // Nothing was stored, so it may be sent again over a new connection.
                Err(Fault::Lost(_) | Fault::ReadOnly) if Instant::now() < deadline => {
                    sleep(PAUSE).await;
                    parts.push(part);
                }
                Err(fault) if fault.is_of_one() && part.len() > 1 => {
                    fail::fail_point!("store::replay");
                    let second = part.split_off(part.len() / 2);
                    parts.extend([second, part]);
                }
                Err(fault) => answer_all(part, fault, &self.place.name),
            }
        }
    }

    /// A write that cannot be prepared before it runs.
    async fn alone(&self, link: &mut Option<Link>, job: Job, deadline: Instant) {
        let deadline = deadline.max(Instant::now() + PAUSE);
        loop {
            let outcome = match self.connected(link, deadline).await {
                Ok(ready) => {
                    let work = group::stepwise(ready, &self.catalog, &job.write);
                    timeout(self.patience(), work).await.unwrap_or(Err(Fault::Unknown))
                }
                Err(fault) => Err(fault),
            };
            if outcome.as_ref().is_err_and(Fault::breaks_connection) {
                *link = None;
            }
            match outcome {
                Err(Fault::Lost(_) | Fault::ReadOnly) if Instant::now() < deadline => sleep(PAUSE).await,
                outcome => {
                    return job.answer(outcome.map_err(|fault| fault.into_commit_error(&self.place.name)));
                }
            }
        }
    }

    async fn transact(&self, link: &mut Link, jobs: &[Job]) -> Result<Vec<Option<Done>>, Fault> {
        let writes: Vec<&Write> = jobs.iter().map(|job| &job.write).collect();
        let work = group::transact(link, &self.catalog, &writes);
        // A server that is silent for so long may have done it.
        timeout(self.patience(), work).await.unwrap_or(Err(Fault::Unknown))
    }

    fn patience(&self) -> Duration {
        self.place.settings.write_limit + SILENCE
    }

    /// The connection, opened anew if it is gone; tries on until the deadline.
    async fn connected<'l>(
        &self,
        link: &'l mut Option<Link>,
        deadline: Instant,
    ) -> Result<&'l mut Link, Fault> {
        let settings = &self.place.settings;
        let durable = settings.synchronous == Synchronous::Full;
        let purpose = Purpose::Write { limit: settings.write_limit, durable };
        let ready = match Link::usable(link).await {
            Some(ready) => ready,
            None => self.place.connect(purpose, deadline).await?,
        };
        Ok(link.insert(ready))
    }
}

fn answer_all(jobs: Vec<Job>, fault: Fault, name: &str) {
    match &fault {
        Fault::Unknown => {
            tracing::error!(writes = jobs.len(), "the connection to {name} failed during a commit")
        }
        Fault::Stale | Fault::Conflict(_) => {}
        other => tracing::error!(writes = jobs.len(), ?other, "writes failed"),
    }
    let error = fault.into_commit_error(name);
    jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
}

fn refuse(jobs: Vec<Job>, reason: &str) {
    tracing::error!(writes = jobs.len(), "{reason}");
    let error = refusal(reason);
    jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
}
