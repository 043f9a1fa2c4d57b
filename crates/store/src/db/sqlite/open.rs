//! Lives here: how each kind of connection is opened and set up, and what is checked before.
//! Not here: the schema (`migrate`), what the connections do.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::errors::{Fault, Trouble};
use super::reader::Deadline;
use crate::db::{OpenError, Settings, Synchronous};

/// Older ones can corrupt the database when one connection commits while another checkpoints.
const OLDEST_LIBRARY: i32 = 3_051_003;
/// Nobody but us writes; this is for an operator's shell that holds the file for a moment.
const BUSY: Duration = Duration::from_secs(5);
const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 2 * 1024;
/// Bytes of an inbox's page: three webhooks of the usual length, where a page of 4 KiB has room for one.
const INBOX_PAGE: i64 = 8 * 1024;
/// How many of SQLite's instructions pass between two looks at a read's deadline: some tens of microseconds.
const INSTRUCTIONS: i32 = 1000;

/// Which of our databases it is, and where it lies.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    /// A help desk's: a directory.
    House(PathBuf),
    /// An inbox: one file.
    Inbox(PathBuf),
}

/// Where the database lies and what was chosen for it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) layout: Layout,
    pub(super) settings: Settings,
}

impl Place {
    pub(super) fn house(directory: &Path) -> Self {
        Self { layout: Layout::House(directory.to_owned()), settings: Settings::sqlite(directory) }
    }

    pub(super) fn inbox(file: &Path) -> Self {
        Self { layout: Layout::Inbox(file.to_owned()), settings: Settings::inbox(file) }
    }

    pub(super) fn file(&self) -> PathBuf {
        match &self.layout {
            Layout::House(directory) => directory.join("gatilho.db"),
            Layout::Inbox(file) => file.clone(),
        }
    }

    /// What an operator knows it by.
    pub(super) fn name(&self) -> &Path {
        match &self.layout {
            Layout::House(path) | Layout::Inbox(path) => path,
        }
    }
}

/// How many bytes of the log are in use, as of the last commit. The file may be longer.
#[derive(Debug, Clone, Default)]
pub(super) struct LogSize(Arc<AtomicU64>);

impl LogSize {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

pub(super) fn check_library() -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST_LIBRARY {
        return Err(OpenError::Library(rusqlite::version().to_owned()));
    }
    Ok(())
}

/// Some file systems, most of them remote, cannot share memory between connections; SQLite then keeps no log.
pub(super) fn check_log(connection: &Connection, place: &Place) -> Result<(), OpenError> {
    let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
    match mode.as_deref() {
        Ok("wal") => Ok(()),
        Ok(_) => Err(OpenError::Directory {
            directory: place.name().to_owned(),
            reason: "its file system cannot carry a write-ahead log; a local disk can".into(),
        }),
        Err(error) => Err(OpenError::Database(error.to_string())),
    }
}

/// The words for a connection that could not be opened.
pub(super) fn failure(error: rusqlite::Error, place: &Place) -> String {
    match Fault::from(error) {
        Fault::Storage(trouble) => trouble.text(place),
        Fault::Faulty(message) | Fault::Conflict(message) => message,
        Fault::Stale | Fault::TooSlow | Fault::Unknown => Trouble::Busy.text(place),
    }
}

/// The connection that writes; `log` follows the length of its log.
pub(super) fn writer(place: &Place, log: &LogSize) -> rusqlite::Result<Connection> {
    let mut connection = read_write(place)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    // What the file keeps of the log once it was restarted.
    connection.pragma_update(None, "journal_size_limit", signed(place.settings.log_limit))?;
    if let Some(pages) = place.settings.max_pages {
        connection.pragma_update_and_check(None, "max_page_count", signed(pages), |_| Ok(()))?;
    }
    let page: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let log = log.clone();
    connection.wal_hook(Some(move |_: &mut _, frames| {
        log.set(u64::try_from(frames).unwrap_or(0) * u64::from(page));
        Ok(())
    }))?;
    Ok(connection)
}

/// The connection that copies the log into the database.
pub(super) fn checkpointer(place: &Place) -> rusqlite::Result<Connection> {
    read_write(place)
}

/// A connection that cannot write, whose statements end when the deadline has passed.
pub(super) fn reader(place: &Place, deadline: Arc<Deadline>) -> rusqlite::Result<Connection> {
    let mut connection = read_only(place)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.progress_handler(INSTRUCTIONS, Some(move || deadline.passed()))?;
    Ok(connection)
}

/// A connection that cannot write and may take its time.
pub(super) fn read_only(place: &Place) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(place.file(), flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

/// A connection that writes beside the one that owns the database, which has to be there.
pub(super) fn beside(place: &Place) -> rusqlite::Result<Connection> {
    connect(place, OpenFlags::empty())
}

fn read_write(place: &Place) -> rusqlite::Result<Connection> {
    connect(place, OpenFlags::SQLITE_OPEN_CREATE)
}

fn connect(place: &Place, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(place.file(), flags)?;
    connection.busy_timeout(BUSY)?;
    if let Layout::Inbox(_) = place.layout {
        // In force for a new file alone.
        connection.pragma_update(None, "page_size", INBOX_PAGE)?;
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    let synchronous = match place.settings.synchronous {
        Synchronous::Full => "full",
        #[cfg(feature = "failpoints")]
        Synchronous::Off => "off",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    // A statement's own journal would otherwise be a file, made and removed at every group.
    connection.pragma_update(None, "temp_store", "memory")?;
    // A checkpoint inside a commit would make that commit slow; there is a thread for it.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

/// SQLite has no other integers.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Sets the writer's patience for one attempt that must not wait, and back.
pub(super) fn without_waiting<T>(
    connection: &Connection,
    attempt: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.busy_timeout(Duration::ZERO)?;
    let outcome = attempt();
    connection.busy_timeout(BUSY)?;
    outcome
}
