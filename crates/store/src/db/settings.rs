//! Lives here: what can be chosen when the database is opened, with the defaults and their reasons.
//! Not here: where the choices come from (the process), what they do (`sqlite`, `postgres`).

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Which database, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// The embedded one: a directory that belongs to this process alone.
    Sqlite {
        /// Where the files lie; made if missing.
        directory: PathBuf,
    },
    /// The embedded one in the shape of an inbox: one file with the tables of `inbox`, and only those. It belongs to
    /// the process that opened it; others may look at it, and write a little beside it.
    Inbox {
        /// The file; made if missing, and the directory it lies in as well. Beside it lie `-wal`, `-shm` and `-lock`.
        file: PathBuf,
    },
    /// A PostgreSQL server, 15 or newer, that several nodes may share.
    Postgres {
        /// `postgres://user:password@host:5432/database`. Several hosts may be named, with
        /// `?target_session_attrs=read-write`; `sslmode=require` asks for TLS, whose certificate the machine must trust.
        url: String,
    },
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { directory } => formatter.debug_tuple("Sqlite").field(directory).finish(),
            Self::Inbox { file } => formatter.debug_tuple("Inbox").field(file).finish(),
            // The URL holds a password.
            Self::Postgres { url } => {
                formatter.debug_tuple("Postgres").field(&super::postgres::shown(url)).finish()
            }
        }
    }
}

/// When a commit counts as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// When the disk has it: a commit that was answered outlives a power loss.
    Full,
    /// When the system has it. Only for the proof that the power-loss test can fail.
    #[cfg(feature = "failpoints")]
    Off,
}

/// What can be chosen when the database is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which database. Default: SQLite in `data` below the working directory.
    pub database: Database,
    /// How many reads run at once. Default 3 on SQLite: reads are short, and each reader keeps a cache of 2 MiB. On
    /// PostgreSQL 4, and each is a connection.
    pub readers: usize,
    /// How many groups are written at once; PostgreSQL only, each is a connection. Default 2: one is prepared while the
    /// other waits for the disk. With more of them groups are smaller, which costs more than it gains.
    pub writers: usize,
    /// How many waiting writes share one transaction. Default 256: past it the disk is no longer the limit.
    pub group_writes: usize,
    /// How many bytes of parameters share one transaction. Default 4 MiB. A heavier write goes alone.
    pub group_bytes: usize,
    /// When a read is ended. Default 2 s: a longer one would keep SQLite's log from being restarted.
    pub read_limit: Duration,
    /// When the server ends a statement of a write; PostgreSQL only. Default 30 s: it waits for locks of others.
    pub write_limit: Duration,
    /// How long a read or write waits for a connection; PostgreSQL only. Default 5 s: a server's restart, or the
    /// beginning of a failover.
    pub connect_within: Duration,
    /// How often the log is copied into the database while there are writes. Default 50 ms.
    pub checkpoint_every: Duration,
    /// Past how many bytes the writer restarts the log. Default 64 MiB.
    pub log_limit: u64,
    /// A quota: how many pages of 4 KiB the database may have. Default none. Past it writes are answered as
    /// on a full disk, until rows are deleted or the quota is raised.
    pub max_pages: Option<u64>,
    /// When a commit counts as stored. Default `Full`.
    pub synchronous: Synchronous,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database: Database::Sqlite { directory: PathBuf::from("data") },
            readers: 3,
            writers: 2,
            group_writes: 256,
            group_bytes: 4 * 1024 * 1024,
            read_limit: Duration::from_secs(2),
            write_limit: Duration::from_secs(30),
            connect_within: Duration::from_secs(5),
            checkpoint_every: Duration::from_millis(50),
            log_limit: 64 * 1024 * 1024,
            max_pages: None,
            synchronous: Synchronous::Full,
        }
    }
}

impl Settings {
    /// The defaults, with SQLite in this directory.
    #[must_use]
    pub fn sqlite(directory: impl Into<PathBuf>) -> Self {
        Self { database: Database::Sqlite { directory: directory.into() }, ..Self::default() }
    }

    /// The defaults, with the inbox in this file.
    #[must_use]
    pub fn inbox(file: impl Into<PathBuf>) -> Self {
        Self { database: Database::Inbox { file: file.into() }, ..Self::default() }
    }

    /// The defaults, with the PostgreSQL server of this URL.
    #[must_use]
    pub fn postgres(url: impl Into<String>) -> Self {
        Self { database: Database::Postgres { url: url.into() }, readers: 4, ..Self::default() }
    }
}
