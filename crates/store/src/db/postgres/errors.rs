//! Lives here: what PostgreSQL's error codes mean to a write or a read, and what an operator is told.
//! Not here: what is done about them (`writer`, `reader`).

use std::error::Error;

use tokio_postgres::error::{DbError, SqlState};

use crate::db::{CommitError, ReadError};

/// How a statement, a commit or a connection failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A guard missed, a foreign key found nothing, or others were in the way.
    Stale,
    /// A unique key exists already.
    Conflict(String),
    /// A bug in the statement or its parameters.
    Faulty(String),
    /// The server ended it after the time it was given.
    TooSlow,
    /// The server cannot write now: a standby, or a primary that is none any more.
    ReadOnly,
    /// The server refuses; the text says why and what to do.
    Refused(String),
    /// The connection is gone, and nothing was stored.
    Lost(String),
    /// The connection was lost when the commit was on its way.
    Unknown,
}

impl Fault {
    /// What a statement's error means; `guarded` when the statement divides by zero on purpose.
    pub(super) fn of(error: &tokio_postgres::Error, guarded: bool) -> Self {
        match error.as_db_error() {
            Some(answer) => Self::said(answer, guarded),
            // Whatever is not the server's answer is about the connection: values were looked at before.
            None => Self::Lost(chain(error)),
        }
    }

    fn said(answer: &DbError, guarded: bool) -> Self {
        let code = answer.code();
        let named = |hint: &str| format!("{} ({}){hint}", answer.message(), code.code());
        match *code {
            SqlState::DIVISION_BY_ZERO if guarded => Self::Stale,
            SqlState::FOREIGN_KEY_VIOLATION
            | SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED => Self::Stale,
            SqlState::UNIQUE_VIOLATION => {
                Self::Conflict(answer.constraint().unwrap_or(answer.message()).to_owned())
            }
            SqlState::QUERY_CANCELED | SqlState::LOCK_NOT_AVAILABLE => Self::TooSlow,
            SqlState::READ_ONLY_SQL_TRANSACTION => Self::ReadOnly,
            SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
                Self::Lost(named(""))
            }
            SqlState::DISK_FULL => Self::Refused(named(": free space on the database server's disk")),
            SqlState::TOO_MANY_CONNECTIONS => Self::Refused(named(
                ": raise max_connections on the server, or lower the number of connections of the nodes",
            )),
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => Self::Refused(
                named(": look at user and password in the URL, and at the server's pg_hba.conf"),
            ),
            SqlState::UNDEFINED_DATABASE => Self::Refused(named(": make it with create database")),
            SqlState::INSUFFICIENT_PRIVILEGE => {
                Self::Refused(named(": make the user of the URL the owner of the database"))
            }
            _ => match code.code().get(..2) {
                Some("08") => Self::Lost(named("")),
                // Resources, limits of the system, faults of its disk, damaged files.
                Some("53" | "58" | "XX") => Self::Refused(named(": look into the database server's log")),
                _ => Self::Faulty(named("")),
            },
        }
    }

    /// The same fault when it was COMMIT that failed.
    ///
    /// When the server answers with an error, it has rolled back. When it ends the connection instead, it may have
    /// committed before: so nobody may be told "not stored".
    pub(super) fn at_commit(self) -> Self {
        match self {
            Self::Lost(_) | Self::TooSlow => Self::Unknown,
            other => other,
        }
    }

    /// Whether the connection is of no more use.
    pub(super) fn breaks_connection(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Unknown | Self::ReadOnly)
    }

    /// Whether others of the same transaction may fare better alone.
    pub(super) fn is_of_one(&self) -> bool {
        matches!(self, Self::Stale | Self::Conflict(_) | Self::Faulty(_))
    }

    pub(super) fn into_commit_error(self, name: &str) -> CommitError {
        match self {
            Self::Stale => CommitError::Stale,
            Self::Conflict(key) => CommitError::Conflict(key),
            Self::Faulty(message) => CommitError::Faulty(message),
            Self::Unknown => CommitError::Unknown,
            other => refusal(&other.text(name)),
        }
    }

    pub(super) fn into_read_error(self, name: &str) -> ReadError {
        match self {
            Self::TooSlow => ReadError::TooSlow,
            Self::Faulty(message) | Self::Conflict(message) => ReadError::Faulty(message),
            Self::ReadOnly => ReadError::Faulty("a query must not write".into()),
            // A standby ends a read that is in the way of what it must replay.
            Self::Stale => ReadError::Unavailable(format!("{name} ended the read: try again")),
            other => ReadError::Unavailable(other.text(name)),
        }
    }

    /// What is wrong and what to do about it.
    pub(super) fn text(&self, name: &str) -> String {
        match self {
            Self::ReadOnly => format!(
                "{name} cannot be written (a standby, or default_transaction_read_only is on): name every host in \
                 the URL with target_session_attrs=read-write, or end the read-only mode"
            ),
            Self::TooSlow => format!(
                "{name} did not end the write in time, since others hold its rows or tables, or it is overloaded: \
                 look into pg_stat_activity"
            ),
            Self::Lost(reason) => {
                format!("{name} cannot be reached ({reason}): look whether the server runs")
            }
            Self::Refused(reason) => format!("{name}: {reason}"),
            Self::Stale | Self::Conflict(_) | Self::Faulty(_) | Self::Unknown => format!("{name} failed"),
        }
    }
}

/// The answer to a write of which nothing was stored.
pub(super) fn refusal(reason: &str) -> CommitError {
    CommitError::Unavailable(format!("{reason}; nothing was stored"))
}

/// An error with its causes, which hold what is of use.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_commit_proves_and_silence_does_not() {
        for proven in
            [Fault::Stale, Fault::Conflict("a".into()), Fault::Refused("full".into()), Fault::ReadOnly]
        {
            assert_eq!(proven.clone().at_commit(), proven);
        }
        for open in [Fault::Lost("gone".into()), Fault::TooSlow, Fault::Unknown] {
            assert_eq!(open.at_commit(), Fault::Unknown);
        }
    }

    #[test]
    fn only_what_one_write_can_cause_is_tried_again_apart() {
        assert!(Fault::Stale.is_of_one() && Fault::Faulty(String::new()).is_of_one());
        assert!(!Fault::TooSlow.is_of_one() && !Fault::ReadOnly.is_of_one() && !Fault::Unknown.is_of_one());
    }
}
