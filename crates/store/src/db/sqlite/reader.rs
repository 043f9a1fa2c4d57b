//! Lives here: the threads that read, the queue they share, and the deadline that ends a read.
//! Not here: statements and rows (`bind`), how a reading connection is set up (`open`).

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::bind::Session;
use super::errors::{Fault, Trouble};
use super::lock::Lock;
use super::open::{self, Place};
use crate::db::{Query, ReadError, Row};

/// The way to the reading threads. They end when the last clone is gone, or at [`Readers::close`].
#[derive(Clone, Debug)]
pub(crate) struct Readers(Arc<Handle>);

#[derive(Debug)]
struct Handle(Arc<Queue>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

struct Job {
    queries: Vec<Query>,
    /// How many rows of each query are wanted.
    most: usize,
    answer: oneshot::Sender<Result<Vec<Vec<Row>>, ReadError>>,
}

impl Readers {
    /// Starts a thread for each connection.
    pub(super) fn start(
        connections: Vec<(Connection, Arc<Deadline>)>,
        place: &Arc<Place>,
        lock: &Arc<Lock>,
    ) -> io::Result<(Self, Vec<JoinHandle<()>>)> {
        let queue = Arc::new(Queue::default());
        let readers = Self(Arc::new(Handle(Arc::clone(&queue))));
        let mut threads = Vec::with_capacity(connections.len());
        for (number, (connection, deadline)) in connections.into_iter().enumerate() {
            let worker = Worker { place: Arc::clone(place), queue: Arc::clone(&queue), deadline };
            let lock = Arc::clone(lock);
            let thread = thread::Builder::new().name(format!("store-reader-{number}"));
            threads.push(thread.spawn(move || {
                worker.run(connection);
                drop(lock);
            })?);
        }
        Ok((readers, threads))
    }

    /// All of the queries from one state of the database.
    pub(crate) async fn run(&self, queries: Vec<Query>, most: usize) -> Result<Vec<Vec<Row>>, ReadError> {
        let (answer, answered) = oneshot::channel();
        let closed = || ReadError::Unavailable("the database is closed".into());
        if !self.0.0.push(Job { queries, most, answer }) {
            return Err(closed());
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(super) fn close(&self) {
        self.0.0.close();
    }
}

/// Many threads wait here for the next job; each job wakes one of them.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl Queue {
    /// Nothing can be half done under this lock, so a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) -> bool {
        let mut state = self.state();
        if state.closed {
            return false;
        }
        state.jobs.push_back(job);
        drop(state);
        self.ready.notify_one();
        true
    }

    /// The next job; nothing once the queue is closed and empty.
    fn pop(&self) -> Option<Job> {
        let mut state = self
            .ready
            .wait_while(self.state(), |state| state.jobs.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.jobs.pop_front()
    }

    fn close(&self) {
        self.state().closed = true;
        self.ready.notify_all();
    }
}

struct Worker {
    place: Arc<Place>,
    queue: Arc<Queue>,
    deadline: Arc<Deadline>,
}

impl Worker {
    fn run(&self, first: Connection) {
        let mut connection = Some(first);
        while let Some(job) = self.queue.pop() {
            let ready =
                connection.take().map_or_else(|| open::reader(&self.place, Arc::clone(&self.deadline)), Ok);
            match ready {
                Ok(ready) => self.serve(&ready, job),
                Err(error) => {
                    let error = ReadError::Unavailable(open::failure(error, &self.place));
                    let _ = job.answer.send(Err(error));
                }
            }
        }
    }

    /// Answers reads over this connection until the queue has ended or the connection is broken.
    fn serve(&self, connection: &Connection, mut job: Job) {
        let mut session = Session::new(connection);
        loop {
            // Nobody waits for the answer of a dropped call.
            if !job.answer.is_closed() {
                let answer = self.read(&mut session, &job);
                let broken = answer.as_ref().is_err_and(Fault::breaks_connection);
                let _ = job.answer.send(answer.map_err(|fault| fault.into_read_error(&self.place)));
                if broken {
                    return;
                }
            }
            match self.queue.pop() {
                Some(next) => job = next,
                None => return,
            }
        }
    }

    fn read(&self, session: &mut Session<'_>, job: &Job) -> Result<Vec<Vec<Row>>, Fault> {
        self.deadline.start(self.place.settings.read_limit);
        let answer = read(session, job);
        self.deadline.stop();
        // An interrupted statement leaves the transaction open, and with it the part of the log it reads.
        if session.in_transaction() && session.command("rollback").is_err() {
            return Err(Fault::Storage(Trouble::Other("a read could not be ended".into())));
        }
        answer
    }
}

fn read(session: &mut Session<'_>, job: &Job) -> Result<Vec<Vec<Row>>, Fault> {
    // A single statement is a transaction of its own.
    if job.queries.len() > 1 {
        session.command("begin")?;
    }
    let one = |query: &Query| {
        let mut rows = Vec::new();
        session.run(query.sql, &query.params, job.most, &mut rows)?;
        Ok(rows)
    };
    job.queries.iter().map(one).collect()
}

/// When the running read of one thread must end. SQLite asks while it works.
#[derive(Debug)]
pub(super) struct Deadline {
    base: Instant,
    /// Nanoseconds after `base`; `u64::MAX` for never.
    at: AtomicU64,
}

impl Deadline {
    #[expect(
        clippy::disallowed_methods,
        reason = "asked on a thread that has no runtime and no paused clock"
    )]
    pub(super) fn new() -> Self {
        Self { base: Instant::now(), at: AtomicU64::new(u64::MAX) }
    }

    pub(super) fn start(&self, limit: Duration) {
        self.at.store(nanoseconds(self.base.elapsed() + limit), Ordering::Relaxed);
    }

    pub(super) fn stop(&self) {
        self.at.store(u64::MAX, Ordering::Relaxed);
    }

    pub(super) fn passed(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != u64::MAX && nanoseconds(self.base.elapsed()) >= at
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    // 584 years.
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
