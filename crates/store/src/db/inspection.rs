//! Lives here: looking at a database from outside, beside the process that owns it or without one: nothing is locked,
//! made or changed. Also backups made that way.
//! Not here: what a database should look like (whoever asks), how it is looked at (`sqlite/inspect.rs`,
//! `postgres/inspect.rs`).

use std::path::Path;
use std::time::Duration;

use super::{
    BackupError, CommitError, Done, OpenError, Query, ReadError, Replication, Row, Write, postgres, sqlite,
};

/// How far a database has been brought, and how far this binary would bring it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The version of the database; 0 when nothing has been made in it.
    pub found: i64,
    /// The newest version this binary knows.
    pub known: i64,
    /// The first version that is not the one this binary knows under that number: another build was here.
    pub diverged: Option<i64>,
}

/// What a look at every page found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Soundness {
    /// Everything is as it should be.
    Sound,
    /// Nothing was found in the time allowed, and not everything was looked at.
    Unfinished,
    /// What is wrong, at most ten lines of it.
    Damaged(Vec<String>),
}

/// What the files weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the database that are in use.
    pub used: u64,
    /// Bytes of the database that are free for new rows.
    pub free: u64,
    /// Bytes of the write-ahead log's file.
    pub log: u64,
}

/// What a server has for its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The server's version, as it counts: 150018 is 15.18.
    pub version: i64,
    /// What the database weighs.
    pub bytes: u64,
    /// How many connections the user of the URL may have, others' included.
    pub connections: i64,
    /// How many there are at this moment, of everybody.
    pub taken: i64,
}

/// Whether a process has the data directory for its own at this moment.
///
/// It is asked for the blink of an eye whether the lock is free; nothing is made if it does not exist.
///
/// # Errors
/// What the system says.
pub fn is_in_use(directory: &Path) -> std::io::Result<bool> {
    sqlite::is_locked(directory)
}

/// Copies the database of a data directory into a new file, whether a process uses it or not, and looks whether the
/// copy is sound before it gets its name. Blocks.
///
/// # Errors
/// [`BackupError`]; then no file was left behind.
pub fn backup_directory(directory: &Path, to: &Path) -> Result<(), BackupError> {
    sqlite::backup_directory(directory, to)
}

/// Commits one write into the inbox in this file, whether a process owns it or not. For the few small writes of an
/// operator: the owner waits meanwhile. Blocks.
///
/// # Errors
/// [`CommitError`], as of [`super::Db::commit`]; `Unavailable` also when there is no inbox, or one of another version.
pub fn commit_beside(file: &Path, write: Write) -> Result<Done, CommitError> {
    sqlite::commit_beside(file, write)
}

/// A database that can be asked and not changed. Every call blocks.
#[derive(Debug)]
pub struct Inspection {
    backend: sqlite::Inspection,
}

impl Inspection {
    /// Opens the database of a data directory; none if there is none.
    ///
    /// # Errors
    /// [`OpenError`] says what stands in the way.
    pub fn open(directory: &Path) -> Result<Option<Self>, OpenError> {
        Ok(sqlite::Inspection::open(directory)?.map(|backend| Self { backend }))
    }

    /// Opens the inbox in this file; none if there is none.
    ///
    /// # Errors
    /// [`OpenError`] says what stands in the way.
    pub fn open_inbox(file: &Path) -> Result<Option<Self>, OpenError> {
        Ok(sqlite::Inspection::open_inbox(file)?.map(|backend| Self { backend }))
    }

    /// How far it has been brought.
    ///
    /// # Errors
    /// As the database says.
    pub fn schema(&self) -> Result<Schema, ReadError> {
        self.backend.schema()
    }

    /// What its files weigh.
    ///
    /// # Errors
    /// As the database says.
    pub fn sizes(&self) -> Result<Sizes, ReadError> {
        self.backend.sizes()
    }

    /// Looks at every page, as far as it comes in the time allowed.
    ///
    /// # Errors
    /// As the database says; damage is no error.
    pub fn soundness(&self, within: Duration) -> Result<Soundness, ReadError> {
        self.backend.soundness(within)
    }

    /// All rows of a query, which is ended when the time allowed has passed.
    ///
    /// # Errors
    /// [`ReadError`] says why there are none.
    pub fn rows(&self, query: &Query, within: Duration) -> Result<Vec<Row>, ReadError> {
        self.backend.rows(query, within)
    }
}

/// A database on a server that can be asked and not changed: opening one would bring its tables to this version.
#[derive(Debug)]
pub struct ServerInspection {
    backend: postgres::Inspection,
}

impl ServerInspection {
    /// The database of a URL. Nothing is asked yet.
    ///
    /// # Errors
    /// [`OpenError`] when the URL cannot be used.
    pub fn of(url: &str) -> Result<Self, OpenError> {
        Ok(Self { backend: postgres::Inspection::of(url)? })
    }

    /// How far it has been brought.
    ///
    /// # Errors
    /// As the server says; also when it is out of reach, too old, or refuses.
    pub async fn schema(&self) -> Result<Schema, ReadError> {
        self.backend.schema().await
    }

    /// What the server has for its users.
    ///
    /// # Errors
    /// As the server says.
    pub async fn room(&self) -> Result<Room, ReadError> {
        self.backend.room().await
    }

    /// As [`super::Db::clock_ms`].
    ///
    /// # Errors
    /// As the server says.
    pub async fn clock_ms(&self) -> Result<i64, ReadError> {
        self.backend.clock_ms().await
    }

    /// As [`super::Db::replication`].
    ///
    /// # Errors
    /// As the server says.
    pub async fn replication(&self) -> Result<Replication, ReadError> {
        self.backend.replication().await
    }

    /// All rows of a query, which is ended when the time allowed has passed.
    ///
    /// # Errors
    /// [`ReadError`] says why there are none.
    pub async fn rows(&self, query: &Query, within: Duration) -> Result<Vec<Row>, ReadError> {
        self.backend.rows(query, within).await
    }
}
