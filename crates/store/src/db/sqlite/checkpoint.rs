//! Lives here: the thread that copies the log into the database while others read and write.
//! Not here: restarting the log when it has grown too long (`writer`).

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

/// The running thread; the writer owns it.
pub(super) struct Checkpointer {
    wake: SyncSender<()>,
    /// Nothing is sent here: the thread ends when this is dropped.
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    pub(super) fn start(connection: Connection, every: Duration) -> io::Result<Self> {
        // One place: however often the writer wakes it, one checkpoint copies everything.
        let (wake, woken) = sync_channel(1);
        let (stop, stopped) = channel();
        let thread = thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || run(&connection, &woken, &stopped, every))?;
        Ok(Self { wake, stop, thread })
    }

    /// Says that something was written. Never waits.
    pub(super) fn wake(&self) {
        // Full: it has been woken already. Disconnected: it has died, and the writer restarts the log by itself.
        let _ = self.wake.try_send(());
    }

    /// Ends the thread; its connection is closed afterwards.
    pub(super) fn end(self) {
        drop((self.wake, self.stop));
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread had panicked");
        }
    }
}

fn run(connection: &Connection, woken: &Receiver<()>, stopped: &Receiver<()>, every: Duration) {
    let mut behind = false;
    let mut sound = true;
    // While a read holds part of the log there is something left to copy, woken or not.
    while behind || woken.recv().is_ok() {
        if stopped.recv_timeout(every) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let outcome = copy(connection);
        if let Err(error) = &outcome
            && sound
        {
            tracing::warn!(%error, "the log cannot be copied into the database; trying on");
        }
        sound = outcome.is_ok();
        behind = outcome.unwrap_or(true);
    }
}

/// Copies what no read needs in the log any more; true when something is left.
fn copy(connection: &Connection) -> rusqlite::Result<bool> {
    fail::fail_point!("store::checkpoint");
    let done = checkpoint(connection, "pragma wal_checkpoint(passive)")?;
    Ok(done.busy || done.copied < done.frames)
}

/// Copies the whole log and lets the next commit begin it anew, if nobody is in the way; true when it worked.
pub(super) fn restart(connection: &Connection) -> rusqlite::Result<bool> {
    fail::fail_point!("store::checkpoint");
    let attempt = || checkpoint(connection, "pragma wal_checkpoint(restart)");
    super::open::without_waiting(connection, attempt).map(|done| !done.busy)
}

/// Copies the whole log and empties its file; true when it worked.
pub(super) fn finish(connection: &Connection) -> rusqlite::Result<bool> {
    checkpoint(connection, "pragma wal_checkpoint(truncate)").map(|done| !done.busy)
}

struct Done {
    /// A reader, or the other checkpointing connection, was in the way.
    busy: bool,
    frames: i64,
    copied: i64,
}

fn checkpoint(connection: &Connection, sql: &str) -> rusqlite::Result<Done> {
    connection
        .query_row(sql, (), |row| Ok(Done { busy: row.get(0)?, frames: row.get(1)?, copied: row.get(2)? }))
}
