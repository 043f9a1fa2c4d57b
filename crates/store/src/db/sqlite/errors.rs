//! Lives here: what SQLite's error codes mean to a write or a read, and what an operator is told.
//! Not here: what is done about them (`writer`, `reader`).

use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::open::Place;
use crate::db::{CommitError, ReadError};

/// How a statement or a commit failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// A guard missed, or a foreign key found nothing.
    Stale,
    /// A unique key exists already.
    Conflict(String),
    /// A bug in the statement or its parameters.
    Faulty(String),
    /// The deadline of a read passed.
    TooSlow,
    /// The commit failed at a point where its frames may already be on the disk.
    Unknown,
    /// Not the statement's fault: whatever shared the transaction fails with it.
    Storage(Trouble),
}

/// What is wrong with the disk or the file.
#[derive(Debug)]
pub(super) enum Trouble {
    Full,
    Disk { code: i32, message: String },
    Busy,
    ReadOnly,
    Damaged(String),
    Other(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, message) = error else {
            // What else rusqlite reports is about the text of a statement or the type of a column.
            return Self::Faulty(error.to_string());
        };
        let message = message.unwrap_or_else(|| failure.to_string());
        match failure.code {
            ErrorCode::ConstraintViolation => constraint(failure.extended_code, message),
            ErrorCode::OperationInterrupted => Self::TooSlow,
            ErrorCode::Unknown
            | ErrorCode::TypeMismatch
            | ErrorCode::ApiMisuse
            | ErrorCode::ParameterOutOfRange
            | ErrorCode::TooBig => Self::Faulty(message),
            _ => Self::Storage(trouble(failure, message)),
        }
    }
}

fn constraint(extended_code: i32, message: String) -> Fault {
    match extended_code {
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Fault::Stale,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            // "UNIQUE constraint failed: table.column": the caller compares the part that names the key.
            let key = message.split_once(": ").map(|(_, key)| key.to_owned());
            Fault::Conflict(key.unwrap_or(message))
        }
        _ => Fault::Faulty(message),
    }
}

fn trouble(failure: ffi::Error, message: String) -> Trouble {
    match failure.code {
        ErrorCode::DiskFull => Trouble::Full,
        ErrorCode::SystemIoFailure => Trouble::Disk { code: failure.extended_code, message },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Trouble::Busy,
        ErrorCode::ReadOnly => Trouble::ReadOnly,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Trouble::Damaged(message),
        _ => Trouble::Other(message),
    }
}

impl Fault {
    /// The same fault when it was COMMIT that failed.
    ///
    /// SQLite writes the frames of a transaction, its commit mark last, and then syncs the log. A failed write
    /// proves that there is no commit mark. Past that, the mark may be on the disk although this process goes
    /// on without it, and would come back if the process died now: so nobody may be told "not stored".
    pub(super) fn at_commit(self) -> Self {
        match self {
            Self::Storage(Trouble::Full | Trouble::Busy) => self,
            Self::Storage(Trouble::Disk { code: ffi::SQLITE_IOERR_WRITE, .. }) => self,
            Self::Storage(_) | Self::TooSlow => Self::Unknown,
            Self::Stale | Self::Conflict(_) | Self::Faulty(_) | Self::Unknown => self,
        }
    }

    /// Whether the connection is to be opened anew.
    pub(super) fn breaks_connection(&self) -> bool {
        matches!(self, Self::Storage(_) | Self::Unknown)
    }

    pub(super) fn into_commit_error(self, place: &Place) -> CommitError {
        match self {
            Self::Stale => CommitError::Stale,
            Self::Conflict(key) => CommitError::Conflict(key),
            Self::Faulty(message) => CommitError::Faulty(message),
            Self::TooSlow => CommitError::Unavailable("the write was interrupted; nothing was stored".into()),
            Self::Unknown => CommitError::Unknown,
            Self::Storage(trouble) => refusal(&trouble.text(place)),
        }
    }

    pub(super) fn into_read_error(self, place: &Place) -> ReadError {
        match self {
            Self::TooSlow => ReadError::TooSlow,
            Self::Faulty(message) | Self::Conflict(message) => ReadError::Faulty(message),
            Self::Storage(Trouble::ReadOnly) => ReadError::Faulty("a query must not write".into()),
            Self::Stale | Self::Unknown => ReadError::Faulty("a query has no guards and no commit".into()),
            Self::Storage(trouble) => ReadError::Unavailable(trouble.text(place)),
        }
    }
}

/// The answer to a write of which nothing was stored.
pub(super) fn refusal(reason: &str) -> CommitError {
    CommitError::Unavailable(format!("{reason}; nothing was stored"))
}

impl Trouble {
    /// What is wrong and what to do about it.
    pub(super) fn text(&self, place: &Place) -> String {
        let directory = place.name().display();
        match (self, place.settings.max_pages) {
            (Self::Full, None) => format!("the disk that holds {directory} is full: free space"),
            (Self::Full, Some(pages)) => format!(
                "the disk that holds {directory} is full, or the database has reached its quota of {pages} pages: \
                 free space"
            ),
            (Self::Disk { code, message }, _) => format!(
                "the disk that holds {directory} failed ({message}, code {code}): look for its faults in the \
                 system's log"
            ),
            (Self::Busy, _) => format!("another program holds the database in {directory}: end that program"),
            (Self::ReadOnly, _) => {
                format!(
                    "the database in {directory} cannot be written: give this user the right to write there"
                )
            }
            (Self::Damaged(message), _) => {
                format!(
                    "the database in {directory} is damaged ({message}): stop, and restore the last backup"
                )
            }
            (Self::Other(message), _) => format!("the database in {directory} failed: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: i32) -> Fault {
        Fault::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn only_a_failed_write_proves_that_nothing_was_committed() {
        for proven in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_BUSY] {
            assert!(matches!(failed(proven).at_commit(), Fault::Storage(_)), "{proven}");
        }
        for open in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_NOMEM, ffi::SQLITE_IOERR]
        {
            assert!(matches!(failed(open).at_commit(), Fault::Unknown), "{open}");
            assert!(matches!(failed(open), Fault::Storage(_)), "{open} before COMMIT stored nothing");
        }
    }

    #[test]
    fn a_deferred_foreign_key_stays_stale_at_commit() {
        assert!(matches!(failed(ffi::SQLITE_CONSTRAINT_FOREIGNKEY).at_commit(), Fault::Stale));
    }

    #[test]
    fn checks_and_missing_values_are_bugs_not_conflicts() {
        for code in [ffi::SQLITE_CONSTRAINT_CHECK, ffi::SQLITE_CONSTRAINT_NOTNULL, ffi::SQLITE_ERROR] {
            assert!(matches!(failed(code), Fault::Faulty(_)), "{code}");
        }
    }
}
