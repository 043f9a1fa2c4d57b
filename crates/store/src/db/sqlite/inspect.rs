//! Lives here: a connection that only looks, beside the process that owns the database or without one.
//! Not here: what its answers mean to an operator.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::bind::Session;
use super::errors::Fault;
use super::open::{self, Place};
use super::reader::Deadline;
use super::{backup, lock, migrate};
use crate::db::{BackupError, OpenError, Query, ReadError, Row, Schema, Sizes, Soundness};

/// How many faults of a damaged database are told.
const FAULTS: usize = 10;
/// How long the small questions about the file may take.
const MOMENT: Duration = Duration::from_secs(5);

/// Whether a process holds the directory.
pub(crate) fn is_locked(directory: &Path) -> io::Result<bool> {
    let file = match File::open(directory.join(lock::FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    // Shared, so that two who ask do not take each other for a server. It is let go as the file is closed.
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// As [`backup::backup`], without an open database.
pub(crate) fn backup_directory(directory: &Path, to: &Path) -> Result<(), BackupError> {
    let place = Place::house(directory);
    if !place.file().exists() {
        return Err(BackupError::Missing(directory.to_owned()));
    }
    backup::backup(&place, to)
}

/// The connection, with its deadline.
#[derive(Debug)]
pub(crate) struct Inspection {
    place: Place,
    connection: Connection,
    deadline: Arc<Deadline>,
}

impl Inspection {
    pub(crate) fn open(directory: &Path) -> Result<Option<Self>, OpenError> {
        Self::of(Place::house(directory))
    }

    pub(crate) fn open_inbox(file: &Path) -> Result<Option<Self>, OpenError> {
        Self::of(Place::inbox(file))
    }

    fn of(place: Place) -> Result<Option<Self>, OpenError> {
        let unusable = |error: io::Error| OpenError::Database(format!("{}: {error}", place.file().display()));
        if !place.file().try_exists().map_err(unusable)? {
            return Ok(None);
        }
        // Only its rights are asked for here; the file itself is opened by SQLite alone.
        let deadline = Arc::new(Deadline::new());
        let opened = open::reader(&place, Arc::clone(&deadline));
        let connection = opened.map_err(|error| OpenError::Database(open::failure(error, &place)))?;
        Ok(Some(Self { place, connection, deadline }))
    }

    pub(crate) fn schema(&self) -> Result<Schema, ReadError> {
        self.ask(MOMENT, |connection| Ok(migrate::schema(connection, &self.place)?))
    }

    pub(crate) fn sizes(&self) -> Result<Sizes, ReadError> {
        let mut log = self.place.file().into_os_string();
        log.push("-wal");
        let log = Path::new(&log).metadata().map_or(0, |file| file.len());
        self.ask(MOMENT, |connection| {
            let number = |pragma| {
                connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0).map(u64::from))
            };
            let (page, all, free) = (number("page_size")?, number("page_count")?, number("freelist_count")?);
            Ok(Sizes { used: all.saturating_sub(free) * page, free: free * page, log })
        })
    }

    pub(crate) fn soundness(&self, within: Duration) -> Result<Soundness, ReadError> {
        match self.ask(within, |connection| Ok(faults(connection)?)) {
            Ok(faults) if faults.is_empty() => Ok(Soundness::Sound),
            Ok(faults) => Ok(Soundness::Damaged(faults)),
            Err(ReadError::TooSlow) => Ok(Soundness::Unfinished),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn rows(&self, query: &Query, within: Duration) -> Result<Vec<Row>, ReadError> {
        self.ask(within, |connection| {
            let mut rows = Vec::new();
            Session::new(connection).run(query.sql, &query.params, usize::MAX, &mut rows)?;
            Ok(rows)
        })
    }

    fn ask<T>(
        &self,
        within: Duration,
        question: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, ReadError> {
        self.deadline.start(within);
        let answer = question(&self.connection);
        self.deadline.stop();
        answer.map_err(|fault| fault.into_read_error(&self.place))
    }
}

/// What is wrong with a database; nothing if it is sound.
pub(super) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    match look(connection) {
        Err(error) => match damage(&error) {
            Some(message) => Ok(vec![message]),
            None => Err(error),
        },
        seen => seen,
    }
}

/// Some damage keeps SQLite from looking on.
fn damage(error: &rusqlite::Error) -> Option<String> {
    let damaged =
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    damaged.then(|| error.to_string())
}

fn look(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("pragma quick_check({FAULTS})"))?;
    let lines = statement.query_map((), |row| row.get::<_, String>(0))?;
    let lines: Vec<String> = lines.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
