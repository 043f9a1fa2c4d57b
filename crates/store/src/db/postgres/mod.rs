//! Lives here: PostgreSQL behind the seam: starting its tasks, handing them work, ending them in order.
//! Not here: the work (`writer`, `reader`, `wake`, `facts`).

mod bind;
mod catalog;
mod errors;
mod facts;
mod group;
mod inspect;
mod link;
mod migrate;
mod plan;
mod queue;
mod reader;
mod shape;
mod target;
#[cfg(feature = "testing")]
pub(crate) mod testing;
mod wake;
mod words;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, sleep};

pub(crate) use self::inspect::Inspection;
pub(crate) use self::reader::Readers;
pub(in crate::db) use self::target::shown;

use self::catalog::Catalog;
use self::errors::{Fault, refusal};
use self::link::{Link, Purpose};
use self::queue::{Full, Queue};
use self::target::Target;
use self::wake::Notifier;
use self::writer::{Job, Writer};
use super::{CommitError, Done, OpenError, ReadError, Replication, Settings, Write};

/// Where the database is and what was chosen for it.
#[derive(Debug)]
struct Place {
    target: Target,
    settings: Settings,
    /// For messages.
    name: Arc<str>,
    /// When a connection could not be opened last, and why.
    failed: Mutex<Option<(Instant, Fault)>>,
}

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);
/// For how long a failed attempt speaks for others: while the server is away, what waited long enough is refused
/// without trying again for each.
const LATELY: Duration = Duration::from_secs(1);

impl Place {
    /// A new connection; tries on until the deadline.
    async fn connect(&self, purpose: Purpose, deadline: Instant) -> Result<Link, Fault> {
        loop {
            if Instant::now() >= deadline
                && let Some((at, fault)) = &*hold(&self.failed)
                && at.elapsed() < LATELY
            {
                return Err(fault.clone());
            }
            match Link::open(&self.target, purpose).await {
                Ok(link) => {
                    *hold(&self.failed) = None;
                    return Ok(link);
                }
                Err(fault) => {
                    *hold(&self.failed) = Some((Instant::now(), fault.clone()));
                    if Instant::now() + PAUSE >= deadline {
                        return Err(fault);
                    }
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the tasks of an open PostgreSQL database. They end when the last clone is gone, or at `close`.
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    place: Arc<Place>,
    writers: Arc<Handle>,
    readers: Readers,
    notifier: Arc<Notifier>,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

#[derive(Debug)]
struct Handle {
    queue: Arc<Queue<Job>>,
    /// Nobody waits for what it does.
    notifying: AbortHandle,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.queue.close();
        self.notifying.abort();
    }
}

impl Postgres {
    pub(crate) async fn open(url: &str, settings: Settings) -> Result<Self, OpenError> {
        let target = Target::of(url)?;
        migrate::migrate(&target).await?;
        let place =
            Arc::new(Place { name: Arc::clone(&target.name), target, settings, failed: Mutex::new(None) });
        let catalog = Arc::new(Catalog::default());
        let mut tasks = Vec::new();

        let queue = Arc::new(Queue::new(writer::WAITING_MAX, writer::WAITING_BYTES_MAX));
        for _ in 0..place.settings.writers.max(1) {
            let (place, queue, catalog) = (Arc::clone(&place), Arc::clone(&queue), Arc::clone(&catalog));
            let writer = Writer { place, queue, catalog };
            tasks.push(tokio::spawn(forever(move || writer.clone().run())));
        }
        let asked = Arc::new(Queue::new(reader::WAITING_MAX, usize::MAX));
        for _ in 0..place.settings.readers.max(1) {
            let (place, queue, catalog) = (Arc::clone(&place), Arc::clone(&asked), Arc::clone(&catalog));
            let worker = reader::Worker { place, queue, catalog };
            tasks.push(tokio::spawn(forever(move || worker.clone().run())));
        }
        let notifier = Arc::new(Notifier::default());
        let notifying = tokio::spawn(Arc::clone(&notifier).run(Arc::clone(&place))).abort_handle();
        let writers = Arc::new(Handle { queue, notifying });
        let readers = Readers(Arc::new(reader::Handle(asked)));
        Ok(Self { place, writers, readers, notifier, tasks: Arc::new(Mutex::new(tasks)) })
    }

    pub(crate) async fn commit(&self, write: Write) -> Result<Done, CommitError> {
        let (answer, answered) = oneshot::channel();
        let bytes = write.bytes();
        match self.writers.queue.push(Job { write, answer, since: Instant::now() }, bytes) {
            // The writers answer everything they accept, unless they die; then they may have died after COMMIT.
            Ok(()) => answered.await.unwrap_or(Err(CommitError::Unknown)),
            Err(Full::Closed) => Err(refusal("the database is closed")),
            Err(Full::Crowded) => Err(refusal(&format!(
                "too many writes are waiting for {}: look whether it is overloaded or away",
                self.place.name
            ))),
        }
    }

    pub(crate) fn reader(&self) -> Readers {
        self.readers.clone()
    }

    pub(crate) fn notify(&self) {
        self.notifier.notify();
    }

    pub(crate) async fn notify_last(&self) {
        if let Err(fault) = self.notifier.last(&self.place).await {
            tracing::debug!(?fault, "the other nodes could not be woken; they look by themselves");
        }
    }

    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        wake::listen(&self.place, &self.notifier)
    }

    pub(crate) async fn clock_ms(&self) -> Result<i64, ReadError> {
        facts::clock_ms(&self.place.target).await
    }

    pub(crate) async fn replication(&self) -> Result<Replication, ReadError> {
        facts::replication(&self.place.target).await
    }

    pub(crate) async fn close(self) {
        self.readers.close();
        self.writers.queue.close();
        self.writers.notifying.abort();
        let tasks = std::mem::take(&mut *hold(&self.tasks));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the database had panicked");
            }
        }
    }
}

/// Runs a task until it ends by itself. One that panics is begun anew: what it had in hand is not answered, and what
/// waits is taken by the new one.
async fn forever<F: Future<Output = ()> + Send + 'static>(task: impl Fn() -> F) {
    while let Err(error) = tokio::spawn(task()).await {
        if !error.is_panic() {
            return;
        }
        tracing::error!(%error, "a task of the database panicked and is begun anew");
    }
}
