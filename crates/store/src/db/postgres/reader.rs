//! Lives here: the tasks that read, each with its connection. Several queries are one transaction and one round trip.
//! Not here: what is asked (the table files).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use tokio_postgres::{Client, Error, Row as Found};

use super::Place;
use super::bind::{self, Cell};
use super::catalog::{Catalog, Form};
use super::errors::Fault;
use super::group::in_order;
use super::link::{self, Link, Purpose};
use super::queue::{Full, Queue};
use crate::db::{Query, ReadError, Row};

/// How many reads may wait.
pub(super) const WAITING_MAX: usize = 10_000;
/// Past the time that the server gives a query: then the server itself is silent.
const SILENCE: Duration = Duration::from_secs(3);
const BEGIN: &str = "begin isolation level repeatable read read only";

/// The way to the reading tasks. They end when the last clone is gone, or at `close`.
#[derive(Clone, Debug)]
pub(crate) struct Readers(pub(super) Arc<Handle>);

#[derive(Debug)]
pub(super) struct Handle(pub(super) Arc<Queue<Job>>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Questions and who asks them.
#[derive(Debug)]
pub(super) struct Job {
    queries: Vec<Query>,
    /// How many rows of each query are wanted.
    most: usize,
    answer: oneshot::Sender<Result<Vec<Vec<Row>>, ReadError>>,
    since: Instant,
}

impl Readers {
    /// All of the queries from one state of the database.
    pub(crate) async fn run(&self, queries: Vec<Query>, most: usize) -> Result<Vec<Vec<Row>>, ReadError> {
        let (answer, answered) = oneshot::channel();
        let closed = || ReadError::Unavailable("the database is closed".into());
        match self.0.0.push(Job { queries, most, answer, since: Instant::now() }, 0) {
            Ok(()) => answered.await.unwrap_or_else(|_| Err(closed())),
            Err(Full::Closed) => Err(closed()),
            Err(Full::Crowded) => Err(ReadError::Unavailable(format!(
                "{WAITING_MAX} reads are waiting for the database: try later"
            ))),
        }
    }

    pub(super) fn close(&self) {
        self.0.0.close();
    }
}

/// One of the tasks that read.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) place: Arc<Place>,
    pub(super) queue: Arc<Queue<Job>>,
    pub(super) catalog: Arc<Catalog>,
}

impl Worker {
    /// Works until the queue is closed and empty.
    pub(super) async fn run(self) {
        let mut link = None;
        while self.queue.wait().await {
            for job in self.queue.take(1, usize::MAX) {
                // Nobody waits for the answer of a dropped call.
                if job.answer.is_closed() {
                    continue;
                }
                let answer = self.answer(&mut link, &job).await;
                let answer = answer.map_err(|fault| fault.into_read_error(&self.place.name));
                let _ = job.answer.send(answer);
            }
        }
    }

    /// Asks, and once more over a new connection if it was lost: a read changes nothing.
    async fn answer(&self, link: &mut Option<Link>, job: &Job) -> Result<Vec<Vec<Row>>, Fault> {
        let settings = &self.place.settings;
        let deadline = job.since + settings.connect_within;
        let purpose = Purpose::Read { limit: settings.read_limit };
        let mut tries = 2;
        loop {
            let mut ready = match Link::usable(link).await {
                Some(ready) => ready,
                None => self.place.connect(purpose, deadline).await?,
            };
            let work = read(&mut ready, &self.catalog, &job.queries, job.most);
            let silent = || Err(Fault::Lost("it does not answer".into()));
            let answer = timeout(settings.read_limit + SILENCE, work).await.unwrap_or_else(|_| silent());
            match answer {
                Err(Fault::Lost(reason)) => {
                    tries -= 1;
                    if tries == 0 {
                        return Err(Fault::Lost(reason));
                    }
                }
                answer => {
                    *link = Some(ready);
                    return answer;
                }
            }
        }
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<Found>, Error>> + Send + 'a>>;

/// All of the queries from one state of the database, `most` rows of each.
pub(super) async fn read(
    link: &mut Link,
    catalog: &Catalog,
    queries: &[Query],
    most: usize,
) -> Result<Vec<Vec<Row>>, Fault> {
    for query in queries {
        let entry = catalog.entry(query.sql);
        link.prepare(&entry, Form::Plain).await?;
        let (_, _, statements) = link.parts();
        let statement = statements.get(&entry, Form::Plain)?;
        link::fits(statement, &query.params, query.sql)?;
        bind::readable(statement).map_err(|error| Fault::Faulty(format!("{error}, in: {}", query.sql)))?;
    }
    // A single statement is a transaction of its own.
    let whole = queries.len() > 1;
    let (client, wire, statements) = link.parts();
    let mut work: Vec<Answer<'_>> = Vec::with_capacity(queries.len() + 2);
    if whole {
        work.push(Box::pin(link::command(client, BEGIN)));
    }
    for query in queries {
        work.push(asked(client, statements.get(&catalog.entry(query.sql), Form::Plain)?, query));
    }
    if whole {
        work.push(Box::pin(link::command(client, "commit")));
    }
    let answers = link::drive(wire, in_order(work)).await;
    let own = usize::from(whole);
    let mut found = Vec::with_capacity(queries.len());
    for (at, answer) in answers.into_iter().enumerate() {
        let query = at.checked_sub(own).and_then(|at| queries.get(at));
        let rows = answer
            .map_err(|error| link::named(Fault::of(&error, false), query.map_or("", |query| query.sql)))?;
        if query.is_some() {
            let rows = rows.iter().take(most).map(|row| bind::read(row, 0));
            found
                .push(rows.collect::<Result<Vec<_>, _>>().map_err(|error| Fault::Faulty(error.to_string()))?);
        }
    }
    Ok(found)
}

fn asked<'a>(client: &'a Client, statement: &'a tokio_postgres::Statement, query: &'a Query) -> Answer<'a> {
    Box::pin(async move {
        let cells: Vec<Cell<'_>> = query.params.iter().map(Cell).collect();
        let cells: Vec<_> =
            cells.iter().map(|cell| cell as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
        client.query(statement, &cells).await
    })
}
