//! Lives here: what one transaction does with the writes in it.
//! Not here: which writes share one, and what is answered when it fails (`writer`).

use super::bind::Session;
use super::errors::{Fault, Trouble};
use super::writer::Job;
use crate::db::{Done, Expect, Row, Step, Write};

/// How a connection came out of a group.
pub(super) enum Group {
    Sound,
    Broken,
}

/// All the jobs in one transaction: for each what it did, or nothing if its first guard missed.
/// After an error nothing has been stored, unless it is [`Fault::Unknown`].
pub(super) fn transact(session: &mut Session<'_>, jobs: &[Job]) -> Result<Vec<Option<Done>>, Fault> {
    session.command("begin immediate")?;
    let outcome = apply_all(session, jobs)
        .and_then(|outcomes| session.command("commit").map(|()| outcomes).map_err(Fault::at_commit));
    // Some errors have rolled back already.
    if session.in_transaction()
        && session.command("rollback").is_err()
        && !matches!(outcome, Err(Fault::Unknown))
    {
        return Err(Fault::Storage(Trouble::Other("a transaction could not be rolled back".into())));
    }
    outcome
}

fn apply_all(session: &mut Session<'_>, jobs: &[Job]) -> Result<Vec<Option<Done>>, Fault> {
    jobs.iter().map(|job| apply(session, &job.write)).collect()
}

/// Runs the steps of one write. There are no savepoints: a full disk can roll back the whole transaction, released
/// savepoints included. So a write can be skipped only while it has changed nothing.
fn apply(session: &mut Session<'_>, write: &Write) -> Result<Option<Done>, Fault> {
    let mut returned = Vec::with_capacity(write.steps().len());
    for (index, step) in write.steps().iter().enumerate() {
        match run(session, step)? {
            Some(rows) => returned.push(rows),
            None if index == 0 => return Ok(None),
            None => return Err(Fault::Stale),
        }
    }
    Ok(Some(Done { returned }))
}

/// Runs a step for each of its rows; nothing when its guard missed before it changed anything.
fn run(session: &mut Session<'_>, step: &Step) -> Result<Option<Vec<Row>>, Fault> {
    let mut rows = Vec::new();
    for (index, values) in step.rows.iter().enumerate() {
        let count = session.run(step.sql, values, usize::MAX, &mut rows)?;
        match (step.expect, count) {
            (Expect::Any, _) | (Expect::One, 1) => {}
            (Expect::One, 0) if index == 0 => return Ok(None),
            (Expect::One, _) => return Err(Fault::Stale),
        }
    }
    Ok(Some(rows))
}
