//! Lives here: what one transaction does with the writes in it, and how it is sent: begin, statements and commit in one
//! go, before the first answer is awaited.
//! Not here: which writes share one, and what is answered when it fails (`writer`).

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, Row as Found, Statement};

use super::bind::{self, Cell, Column};
use super::catalog::{Catalog, Entry, Form};
use super::errors::Fault;
use super::link::{self, Link, Statements};
use super::plan::{Batch, plan};
use crate::db::{Done, Step, Value, Write};

/// The session alone would not allow writing; see `link`.
const BEGIN: &str = "begin read write";
/// The wait for standbys belongs to the commit and must not be cut: PostgreSQL would commit without them.
const COMMIT: &str = "set local statement_timeout = 0; commit";
/// Past it a message of the protocol could be too long.
const BYTES_MAX: usize = 512 * 1024 * 1024;

/// All the writes in one transaction and one round trip: for each what it did, or nothing if it must go alone, by
/// [`stepwise`]. After an error nothing has been stored, unless it is [`Fault::Unknown`].
pub(super) async fn transact(
    link: &mut Link,
    catalog: &Catalog,
    writes: &[&Write],
) -> Result<Vec<Option<Done>>, Fault> {
    let mut together = Vec::with_capacity(writes.len());
    for (at, write) in writes.iter().enumerate() {
        match ready(link, catalog, write).await {
            Ok(()) => together.push((at, *write)),
            // What is wrong with it is found when it runs alone; its tables may only be made by its first step.
            Err(Fault::Faulty(_) | Fault::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    let mut outcomes: Vec<Option<Done>> = writes.iter().map(|_| None).collect();
    if together.is_empty() {
        return Ok(outcomes);
    }
    let batches = planned(link, catalog, &together).await?;
    let answers = send(link, &batches).await?;
    for (at, write) in together {
        outcomes[at] = Some(Done { returned: write.steps().iter().map(|_| Vec::new()).collect() });
    }
    for (batch, rows) in batches.iter().zip(&answers) {
        let (write, step) = batch.owner;
        let skip = usize::from(batch.form().is_guarded());
        if batch.entry.has_rows()
            && let Some(returned) = outcomes[write].as_mut().and_then(|done| done.returned.get_mut(step))
        {
            for row in rows {
                returned.push(bind::read(row, skip).map_err(|_| Fault::Unknown)?);
            }
        }
    }
    Ok(outcomes)
}

/// Prepares a write's statements and looks whether its values fit them and its rows can be read.
async fn ready(link: &mut Link, catalog: &Catalog, write: &Write) -> Result<(), Fault> {
    if write.bytes() > BYTES_MAX {
        return Err(Fault::Faulty(format!("a write of {} bytes is too large", write.bytes())));
    }
    for step in write.steps().iter().filter(|step| !step.rows.is_empty()) {
        let entry = catalog.entry(step.sql);
        link.prepare(&entry, Form::Plain).await?;
        let (_, _, statements) = link.parts();
        let statement = statements.get(&entry, Form::Plain)?;
        step.rows.iter().try_for_each(|row| link::fits(statement, row, step.sql))?;
        bind::readable(statement).map_err(|error| Fault::Faulty(format!("{error}, in: {}", step.sql)))?;
    }
    Ok(())
}

/// The statements of the group, all of them prepared.
async fn planned<'w>(
    link: &mut Link,
    catalog: &Catalog,
    writes: &[(usize, &'w Write)],
) -> Result<Vec<Batch<'w>>, Fault> {
    'anew: loop {
        let batches = plan(writes, catalog);
        for batch in &batches {
            match link.prepare(&batch.entry, batch.form()).await {
                Ok(()) => {}
                Err(Fault::Faulty(reason)) if batch.rows.len() > 1 => {
                    tracing::warn!(reason, "a statement cannot be merged and is run row by row");
                    batch.entry.refuse_merging();
                    continue 'anew;
                }
                Err(fault) => return Err(fault),
            }
        }
        return Ok(batches);
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<Found>, Error>> + Send + 'a>>;

/// Sends the transaction whole and waits for its answers: those of the statements, or the first error.
async fn send(link: &mut Link, batches: &[Batch<'_>]) -> Result<Vec<Vec<Found>>, Fault> {
    if !link.is_usable().await {
        return Err(Fault::Lost("the connection was closed".into()));
    }
    let (client, wire, statements) = link.parts();
    let mut columns = Vec::with_capacity(batches.len());
    for batch in batches {
        let count = batch.rows.first().map_or(0, |row| row.len());
        columns.push((0..count).map(|at| Column { rows: &batch.rows, at }).collect::<Vec<_>>());
    }
    let mut work: Vec<Answer<'_>> = Vec::with_capacity(batches.len() + 2);
    work.push(Box::pin(link::command(client, BEGIN)));
    for (batch, columns) in batches.iter().zip(&columns) {
        work.push(asked(client, statements, batch, columns)?);
    }
    work.push(Box::pin(link::command(client, COMMIT)));
    let answers = link::drive(wire, in_order(work)).await;
    match judge(&answers, batches) {
        None => {
            // The first and the last are the transaction's own.
            let statements = answers.into_iter().skip(1).take(batches.len());
            Ok(statements.map(Result::unwrap_or_default).collect())
        }
        Some(fault) => {
            if !fault.breaks_connection() {
                // COMMIT has not ended it, since it was not reached.
                link.command("rollback").await?;
            }
            Err(fault)
        }
    }
}

fn asked<'a>(
    client: &'a Client,
    statements: Statements<'a>,
    batch: &'a Batch<'_>,
    columns: &'a [Column<'a>],
) -> Result<Answer<'a>, Fault> {
    let statement = statements.get(&batch.entry, batch.form())?;
    Ok(match batch.rows.as_slice() {
        [row] => run(client, statement, batch.entry.has_rows(), row),
        _ => Box::pin(async move { client.execute_raw(statement, columns).await.map(|_| Vec::new()) }),
    })
}

/// One statement for one row.
fn run<'a>(client: &'a Client, statement: &'a Statement, has_rows: bool, row: &'a [Value]) -> Answer<'a> {
    Box::pin(async move {
        if has_rows {
            let cells: Vec<Cell<'_>> = row.iter().map(Cell).collect();
            let cells: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
                cells.iter().map(|cell| cell as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
            client.query(statement, &cells).await
        } else {
            client.execute_raw(statement, row.iter().map(Cell)).await.map(|_| Vec::new())
        }
    })
}

/// Starts all of it in its order, so that it is sent in that order, and then awaits one after the other.
pub(super) async fn in_order<T>(mut work: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = work.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (one, done) in work.iter_mut().zip(&mut done) {
            if let Poll::Ready(answer) = one.as_mut().poll(context) {
                *done = Some(answer);
            }
        }
        Poll::Ready(())
    })
    .await;
    let mut answers = Vec::with_capacity(work.len());
    for (one, done) in work.into_iter().zip(done) {
        answers.push(match done {
            Some(answer) => answer,
            None => one.await,
        });
    }
    answers
}

/// What went wrong first, if anything did. What follows an error only says that there was one.
fn judge(answers: &[Result<Vec<Found>, Error>], batches: &[Batch<'_>]) -> Option<Fault> {
    let (at, error) =
        answers.iter().enumerate().find_map(|(at, answer)| Some((at, answer.as_ref().err()?)))?;
    if error.as_db_error().is_none() {
        // All of it was on its way, and nobody said what became of it.
        return Some(Fault::Unknown);
    }
    Some(match (at, at.checked_sub(1).and_then(|at| batches.get(at))) {
        (0, _) => begun(error),
        (_, Some(batch)) => link::named(Fault::of(error, batch.form().is_guarded()), &batch.entry.plain()),
        (_, None) => Fault::of(error, false).at_commit(),
    })
}

/// The fault of a transaction that could not begin.
fn begun(error: &Error) -> Fault {
    if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) {
        // "cannot set transaction read-write mode during recovery"
        return Fault::ReadOnly;
    }
    Fault::of(error, false)
}

/// One write in a transaction of its own, one statement after the other. For those that make what they use.
pub(super) async fn stepwise(link: &mut Link, catalog: &Catalog, write: &Write) -> Result<Done, Fault> {
    let begun_ok = link.drive(|client| link::command(client, BEGIN)).await;
    begun_ok.map_err(|error| begun(&error))?;
    match steps(link, catalog, write).await {
        Ok(done) => {
            let committed = link.drive(|client| link::command(client, COMMIT)).await;
            match committed {
                Ok(_) => Ok(done),
                Err(error) => {
                    let fault = Fault::of(&error, false).at_commit();
                    if !fault.breaks_connection() {
                        link.command("rollback").await?;
                    }
                    Err(fault)
                }
            }
        }
        Err(fault) => {
            if !fault.breaks_connection() {
                link.command("rollback").await?;
            }
            Err(fault)
        }
    }
}

async fn steps(link: &mut Link, catalog: &Catalog, write: &Write) -> Result<Done, Fault> {
    let mut done = Done::default();
    for step in write.steps() {
        let entry = catalog.entry(step.sql);
        let mut returned = Vec::new();
        for row in &step.rows {
            let found = one_step(link, &entry, step, row).await?;
            let skip = usize::from(found.1);
            for row in &found.0 {
                let read = bind::read(row, skip);
                returned.push(read.map_err(|error| Fault::Faulty(format!("{error}, in: {}", step.sql)))?);
            }
        }
        done.returned.push(returned);
    }
    Ok(done)
}

async fn one_step(
    link: &mut Link,
    entry: &Arc<Entry>,
    step: &Step,
    row: &[Value],
) -> Result<(Vec<Found>, bool), Fault> {
    let batch = Batch::one(entry, step, row, (0, 0));
    let form = batch.form();
    link.prepare(entry, Form::Plain).await?;
    link.prepare(entry, form).await?;
    let (client, wire, statements) = link.parts();
    link::fits(statements.get(entry, Form::Plain)?, row, step.sql)?;
    let answer = link::drive(wire, run(client, statements.get(entry, form)?, entry.has_rows(), row)).await;
    let found = answer.map_err(|error| link::named(Fault::of(&error, form.is_guarded()), step.sql))?;
    Ok((found, form.is_guarded()))
}
