//! How a command fails: kinds that a caller can act on, not causes. `web` turns each into one status.

use model::access_profile::Grant;
use model::fault::Fault;
use model::text;
use model::wording::Text;
use store::db::{CommitError, ReadError};

/// Why a command was not carried out. Nothing was stored, unless the kind is `Unknown` at the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// What was named does not exist in the caller's domain.
    #[error("there is no {0}")]
    NotFound(String),
    /// The caller's access profile lacks a parameter.
    #[error("this needs the access profile parameter \"{}\"", .0.text())]
    Forbidden(Grant),
    /// Who asks is not known: the name or the password is not right, or a session is over.
    #[error("{0}")]
    Unauthorized(String),
    /// Refused for another reason than a parameter; the text says which.
    #[error("{0}")]
    Denied(Text),
    /// Asked too often.
    #[error("{why}")]
    TooMany {
        /// What was too much, and when it is possible again.
        why: String,
        /// Seconds until then.
        retry_after_s: i64,
    },
    /// The input has faults.
    #[error("the input has {} faults", .0.len())]
    Invalid(Vec<Fault>),
    /// The input is larger than is taken.
    #[error("{0}")]
    TooLarge(Text),
    /// It contradicts what is stored.
    #[error("{0}")]
    Conflict(Text),
    /// Try again later; the text says why.
    #[error("{0}")]
    Unavailable(Text),
    /// A bug or a corrupt row; the text goes to the log, never to the caller.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One fault of a field.
    pub fn invalid(field: &str, message: Text) -> Self {
        Error::Invalid(vec![Fault::new(field, message)])
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) | ReadError::TooSlow => {
                Error::Unavailable(Text::given(error.to_string()))
            }
            ReadError::Corrupt { .. } | ReadError::Faulty(_) => Error::Internal(error.to_string()),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Stale => {
                Error::Unavailable(text!("others change the same thing all the time; try again"))
            }
            CommitError::Conflict(what) => Error::Conflict(text!("this exists already ({what})", what)),
            CommitError::Unavailable(_) | CommitError::Unknown => {
                Error::Unavailable(Text::given(error.to_string()))
            }
            CommitError::Faulty(_) => Error::Internal(error.to_string()),
        }
    }
}
