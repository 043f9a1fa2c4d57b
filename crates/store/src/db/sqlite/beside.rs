//! Lives here: one write into an inbox, made beside the process that owns it or without one.
//! Not here: the owner's writes (`writer`), looking (`inspect`).

use std::path::Path;

use tokio::sync::oneshot;

use super::bind::Session;
use super::errors::refusal;
use super::group;
use super::migrate;
use super::open::{self, Place};
use super::writer::Job;
use crate::db::{CommitError, Done, Write};

/// Commits one write. SQLite's own lock keeps it apart from the owner's: each waits a moment for the other.
pub(crate) fn commit_beside(file: &Path, write: Write) -> Result<Done, CommitError> {
    let place = Place::inbox(file);
    if !place.file().exists() {
        return Err(refusal(&format!("there is no inbox at {}", file.display())));
    }
    let unopened = |error| refusal(&open::failure(error, &place));
    let connection = open::beside(&place).map_err(unopened)?;
    let schema = migrate::schema(&connection, &place).map_err(unopened)?;
    if schema.found != schema.known {
        return Err(refusal(&format!(
            "the inbox is of version {}, and this gatilho knows version {}: use the one that made it",
            schema.found, schema.known
        )));
    }
    // Nobody listens: the outcome is returned.
    let (answer, _) = oneshot::channel();
    let outcome = group::transact(&mut Session::new(&connection), &[Job { write, answer }]);
    let outcomes = outcome.map_err(|fault| fault.into_commit_error(&place))?;
    outcomes.into_iter().flatten().next().ok_or(CommitError::Stale)
}
