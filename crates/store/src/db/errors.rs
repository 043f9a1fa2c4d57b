//! Lives here: how commits, reads, opening and backups fail, in words an operator can act on.
//! Not here: which driver code means which of them (`sqlite/errors.rs`, `postgres/errors.rs`).

use std::path::PathBuf;

use thiserror::Error;

/// Why a write was not committed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommitError {
    /// A guard missed, or a row it refers to is gone: nothing was stored; read again and decide again.
    #[error("what the write was decided on has changed meanwhile")]
    Stale,
    /// A unique key exists already; the text names it (`table.column`, or the constraint). Nothing was stored.
    #[error("this exists already: {0}")]
    Conflict(String),
    /// The database cannot be written now; the text says what to do. Nothing was stored.
    #[error("{0}")]
    Unavailable(String),
    /// The connection failed during COMMIT: whether the write is stored can only be learned by repeating it
    /// with the same ids.
    #[error("the database failed during the commit: whether the write is stored is not known")]
    Unknown,
    /// A statement is wrong: a bug. Nothing was stored.
    #[error("a statement is faulty: {0}")]
    Faulty(String),
}

/// Why a read gave no rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The database cannot be read now; the text says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// The read took longer than a read may, and was ended.
    #[error("the read took too long and was ended")]
    TooSlow,
    /// A stored value means nothing to this version.
    #[error("the row {id} of {table} holds a {column} that cannot be understood")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column of the table.
        column: &'static str,
        /// The key of the row.
        id: String,
    },
    /// A statement, or what reads its columns, is wrong: a bug.
    #[error("a statement is faulty: {0}")]
    Faulty(String),
}

/// Why the database was not opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The data directory cannot be made or written.
    #[error("cannot use {} as the data directory ({reason}): give this user the right to write there, or name another directory", directory.display())]
    Directory {
        /// The directory that was named.
        directory: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The data directory belongs to a running process.
    #[error("another gatilho process uses {}: stop it, or give this one a directory of its own", directory.display())]
    Locked {
        /// The directory that was named.
        directory: PathBuf,
    },
    /// The inbox belongs to a running process.
    #[error("another gatilho receive uses {}: stop it, or give this one a file of its own", file.display())]
    InboxLocked {
        /// The file that was named.
        file: PathBuf,
    },
    /// A newer version has been here.
    #[error(
        "the database is of version {found}, and this gatilho knows versions up to {known}: install the newer gatilho again, or restore a backup made before the change"
    )]
    Newer {
        /// The version of the database.
        found: i64,
        /// The newest version this binary knows.
        known: i64,
    },
    /// A migration that ran here is not the one this binary knows under that number.
    #[error(
        "the database was made by a different build of gatilho ({0}): use that build, or restore a backup"
    )]
    Diverged(String),
    /// A migration failed; the database is as it was.
    #[error("the database could not be brought to this version, and is as it was: {0}")]
    Migration(String),
    /// The linked database library is one that can lose data.
    #[error("the linked SQLite is {0}; gatilho needs 3.51.3 or newer, which its own build brings along")]
    Library(String),
    /// Everything else.
    #[error("the database cannot be opened: {0}")]
    Database(String),
}

/// Why no backup was made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BackupError {
    /// There is a file already, and a backup never overwrites one.
    #[error("{} exists: a backup does not overwrite, name another file", .0.display())]
    Exists(PathBuf),
    /// The database is closed.
    #[error("the database is closed")]
    Closed,
    /// The database is a server's, which has better means.
    #[error(
        "the database is on a PostgreSQL server: back it up there, with pg_dump, or with base backups and archived logs"
    )]
    Server,
    /// There is nothing to copy.
    #[error("there is no database in {}: name the data directory of the server with --data", .0.display())]
    Missing(PathBuf),
    /// The copy was made and is not sound; it was thrown away.
    #[error("the copy is not sound ({0}), so it was thrown away: the database itself may be damaged")]
    Unsound(String),
    /// Everything else; no file was left behind.
    #[error("no backup was made at {}: {reason}", to.display())]
    Failed {
        /// The file that was named.
        to: PathBuf,
        /// What went wrong.
        reason: String,
    },
}
