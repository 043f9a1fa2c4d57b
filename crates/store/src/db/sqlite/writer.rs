//! Lives here: the thread that writes. It takes the writes that are waiting into one transaction, answers them
//! after COMMIT, and keeps the log short between two groups.
//! Not here: what one transaction does (`group`), how connections are set up (`open`).

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

use super::bind::Session;
use super::checkpoint::{self, Checkpointer};
use super::errors::{Fault, refusal};
use super::group::{self, Group};
use super::open::{self, LogSize, Place};
use crate::db::{CommitError, Done, Write};

/// What the writer is asked to do.
pub(super) enum Command {
    Commit(Job),
    /// Nothing more is accepted; what waits is still done.
    Close,
}

/// A write and who waits for it.
pub(super) struct Job {
    pub(super) write: Write,
    pub(super) answer: oneshot::Sender<Result<Done, CommitError>>,
}

impl Job {
    pub(super) fn answer(self, answer: Result<Done, CommitError>) {
        // Whoever asked may have gone; the write is done all the same.
        let _ = self.answer.send(answer);
    }
}

/// The state of the writing thread besides its connection.
pub(super) struct Writer {
    place: Arc<Place>,
    commands: UnboundedReceiver<Command>,
    checkpointer: Checkpointer,
    log: LogSize,
    /// The log's length at which to try to restart it.
    restart_at: u64,
    /// Taken from the queue, but too heavy for the group it would have joined.
    waiting: Option<Job>,
}

impl Writer {
    pub(super) fn new(
        place: Arc<Place>,
        commands: UnboundedReceiver<Command>,
        checkpointer: Checkpointer,
        log: LogSize,
    ) -> Self {
        let restart_at = place.settings.log_limit;
        Self { place, commands, checkpointer, log, restart_at, waiting: None }
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self, first: Connection) {
        let mut connection = Some(first);
        while let Some(jobs) = self.next_group() {
            let ready = connection.take().map_or_else(|| open::writer(&self.place, &self.log), Ok);
            match ready {
                Ok(ready) => connection = self.serve(ready, jobs),
                Err(error) => refuse(jobs, &open::failure(error, &self.place)),
            }
        }
        self.checkpointer.end();
        match connection.as_ref().map(checkpoint::finish) {
            Some(Ok(true)) => {}
            left => tracing::warn!(?left, "the log was not copied into the database; the next start does it"),
        }
    }

    /// Commits groups over this connection, and gives it back when the queue has ended, but not when it is broken.
    fn serve(&mut self, connection: Connection, mut jobs: Vec<Job>) -> Option<Connection> {
        let mut session = Session::new(&connection);
        loop {
            if let Group::Broken = self.commit(&mut session, jobs) {
                tracing::error!("the database failed; its connection is opened anew");
                return None;
            }
            self.checkpointer.wake();
            self.keep_log_short(&connection);
            match self.next_group() {
                Some(next) => jobs = next,
                None => break,
            }
        }
        drop(session);
        Some(connection)
    }

    /// The writes that are waiting, as many as go into one transaction; waits for the first.
    fn next_group(&mut self) -> Option<Vec<Job>> {
        let first = match self.waiting.take() {
            Some(job) => job,
            None => self.receive()?,
        };
        fail::fail_point!("store::group");
        let mut bytes = first.write.bytes();
        let mut jobs = vec![first];
        while jobs.len() < self.place.settings.group_writes
            && let Some(job) = self.receive_waiting()
        {
            bytes += job.write.bytes();
            if bytes > self.place.settings.group_bytes {
                self.waiting = Some(job);
                break;
            }
            jobs.push(job);
        }
        Some(jobs)
    }

    fn receive(&mut self) -> Option<Job> {
        loop {
            match self.commands.blocking_recv()? {
                Command::Commit(job) => return Some(job),
                Command::Close => self.commands.close(),
            }
        }
    }

    fn receive_waiting(&mut self) -> Option<Job> {
        loop {
            match self.commands.try_recv().ok()? {
                Command::Commit(job) => return Some(job),
                Command::Close => self.commands.close(),
            }
        }
    }

    /// One transaction for all of them; if one of them fails it, one for each.
    fn commit(&self, session: &mut Session<'_>, jobs: Vec<Job>) -> Group {
        match group::transact(session, &jobs) {
            Ok(outcomes) => {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    job.answer(outcome.ok_or(CommitError::Stale));
                }
                Group::Sound
            }
            Err(Fault::Unknown) => {
                tracing::error!("the database failed during a commit");
                jobs.into_iter().for_each(|job| job.answer(Err(CommitError::Unknown)));
                Group::Broken
            }
            Err(Fault::Storage(trouble)) => {
                refuse(jobs, &trouble.text(&self.place));
                Group::Broken
            }
            Err(fault) if jobs.len() == 1 => {
                let error = fault.into_commit_error(&self.place);
                jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
                Group::Sound
            }
            Err(_) => self.replay(session, jobs),
        }
    }

    fn replay(&self, session: &mut Session<'_>, jobs: Vec<Job>) -> Group {
        let mut jobs = jobs.into_iter();
        let mut first = true;
        while let Some(job) = jobs.next() {
            if !first {
                fail::fail_point!("store::replay");
            }
            first = false;
            match group::transact(session, std::slice::from_ref(&job)) {
                Ok(outcomes) => {
                    let outcome = outcomes.into_iter().flatten().next();
                    job.answer(outcome.ok_or(CommitError::Stale));
                }
                Err(fault) if fault.breaks_connection() => {
                    let error = fault.into_commit_error(&self.place);
                    job.answer(Err(error.clone()));
                    // The rest was not even tried, so for it nothing is unknown.
                    let rest = match error {
                        CommitError::Unavailable(text) => CommitError::Unavailable(text),
                        _ => refusal("the database failed during an earlier commit: try again"),
                    };
                    jobs.for_each(|job| job.answer(Err(rest.clone())));
                    return Group::Broken;
                }
                Err(fault) => job.answer(Err(fault.into_commit_error(&self.place))),
            }
        }
        Group::Sound
    }

    /// Lets the log begin anew once it is too long; tries it without waiting, and again some megabytes later.
    fn keep_log_short(&mut self, connection: &Connection) {
        let limit = self.place.settings.log_limit;
        let length = self.log.bytes();
        if length < limit {
            self.restart_at = limit;
        }
        if length < self.restart_at {
            return;
        }
        let restarted = checkpoint::restart(connection).unwrap_or_else(|error| {
            tracing::warn!(%error, "the log could not be restarted");
            false
        });
        if restarted {
            self.log.set(0);
            self.restart_at = limit;
        } else {
            self.restart_at = length + limit / 16;
        }
    }
}

fn refuse(jobs: Vec<Job>, reason: &str) {
    tracing::error!(writes = jobs.len(), "{reason}");
    let error = refusal(reason);
    jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
}
