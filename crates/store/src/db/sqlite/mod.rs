//! Lives here: SQLite behind the seam: opening its threads, handing them work, ending them in order.
//! Not here: the work (`writer`, `reader`, `checkpoint`, `backup`).
//!
//! Nothing here opens the database files but SQLite: closing any other descriptor of theirs would drop the
//! locks of this process.

mod backup;
mod beside;
mod bind;
mod checkpoint;
mod errors;
mod group;
mod inspect;
mod lock;
mod migrate;
mod open;
mod reader;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

pub(crate) use self::beside::commit_beside;
pub(crate) use self::inspect::{Inspection, backup_directory, is_locked};
pub(crate) use self::open::Layout;
pub(crate) use self::reader::Readers;

use self::checkpoint::Checkpointer;
use self::errors::refusal;
use self::lock::Lock;
use self::open::{LogSize, Place};
use self::reader::Deadline;
use self::writer::{Command, Job, Writer};
use super::{BackupError, CommitError, Done, OpenError, Settings, Write};

/// The way to the threads of an open SQLite database. They end when the last clone is gone, or at `close`.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite {
    place: Arc<Place>,
    writer: UnboundedSender<Command>,
    readers: Readers,
    threads: Arc<Threads>,
    /// Gone when every thread has ended.
    lock: Weak<Lock>,
}

#[derive(Debug)]
struct Threads {
    readers: Mutex<Vec<JoinHandle<()>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Sqlite {
    pub(crate) async fn open(layout: Layout, settings: Settings) -> Result<Self, OpenError> {
        let work = move || open(Arc::new(Place { layout, settings }));
        on_own_thread("store-open", work).await.unwrap_or_else(|reason| Err(OpenError::Database(reason)))
    }

    pub(crate) async fn commit(&self, write: Write) -> Result<Done, CommitError> {
        let (answer, answered) = oneshot::channel();
        if self.writer.send(Command::Commit(Job { write, answer })).is_err() {
            return Err(refusal("the database is closed"));
        }
        // The writer answers everything it accepts, unless it dies; then it may have died after COMMIT.
        answered.await.unwrap_or(Err(CommitError::Unknown))
    }

    pub(crate) fn reader(&self) -> Readers {
        self.readers.clone()
    }

    pub(crate) async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        let lock = self.lock.upgrade().ok_or(BackupError::Closed)?;
        let (place, file) = (Arc::clone(&self.place), to.to_owned());
        let work = move || {
            let result = backup::backup(&place, &file);
            drop(lock);
            result
        };
        on_own_thread("store-backup", work)
            .await
            .unwrap_or_else(|reason| Err(BackupError::Failed { to: to.to_owned(), reason }))
    }

    pub(crate) async fn close(self) {
        let ended = on_own_thread("store-close", move || self.end()).await;
        if let Err(reason) = ended {
            tracing::error!(reason, "the database was not closed in order; the next start recovers it");
        }
    }

    fn end(self) {
        // Reads first: the last checkpoint then finds none in its way.
        self.readers.close();
        for thread in std::mem::take(&mut *hold(&self.threads.readers)) {
            join(thread);
        }
        let _ = self.writer.send(Command::Close);
        if let Some(thread) = hold(&self.threads.writer).take() {
            join(thread);
        }
    }
}

fn open(place: Arc<Place>) -> Result<Sqlite, OpenError> {
    open::check_library()?;
    let lock = Arc::new(Lock::take(&place.layout)?);
    let unopened = |error| OpenError::Database(open::failure(error, &place));
    let log = LogSize::default();
    let mut writing = open::writer(&place, &log).map_err(unopened)?;
    open::check_log(&writing, &place)?;
    migrate::migrate(&mut writing, &place)?;
    let checkpointing = open::checkpointer(&place).map_err(unopened)?;
    let mut reading = Vec::new();
    for _ in 0..place.settings.readers.max(1) {
        let deadline = Arc::new(Deadline::new());
        let connection = open::reader(&place, Arc::clone(&deadline)).map_err(unopened)?;
        reading.push((connection, deadline));
    }

    let unstarted =
        |error: std::io::Error| OpenError::Database(format!("no thread could be started: {error}"));
    let checkpointer =
        Checkpointer::start(checkpointing, place.settings.checkpoint_every).map_err(unstarted)?;
    let (readers, reader_threads) = Readers::start(reading, &place, &lock).map_err(unstarted)?;
    let (sender, commands) = unbounded_channel();
    let writer = Writer::new(Arc::clone(&place), commands, checkpointer, log);
    let held = Arc::clone(&lock);
    let work = move || {
        writer.run(writing);
        drop(held);
    };
    let writer_thread = thread::Builder::new().name("store-writer".into()).spawn(work).map_err(unstarted)?;
    let threads = Threads { readers: Mutex::new(reader_threads), writer: Mutex::new(Some(writer_thread)) };
    let lock = Arc::downgrade(&lock);
    Ok(Sqlite { place, writer: sender, readers, threads: Arc::new(threads), lock })
}

/// Runs blocking work beside the runtime, on a thread of its own.
async fn on_own_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let (answer, answered) = oneshot::channel();
    let work = move || {
        // Whoever asked may have gone.
        let _ = answer.send(work());
    };
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| format!("no thread could be started: {error}"))?;
    answered.await.map_err(|_| format!("the thread {name} panicked"))
}

fn hold<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn join(thread: JoinHandle<()>) {
    let name = thread.thread().name().unwrap_or("?").to_owned();
    if thread.join().is_err() {
        tracing::error!(thread = name, "a thread of the database had panicked");
    }
}
