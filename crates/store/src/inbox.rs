//! The inbox of `gatilho receive`, a database of its own whose one table is `requests`: what is written into it.
//! Not here: looking into it (`inbox/look.rs`), when a program is run and what follows (the process, the model).

mod look;

use std::fmt::Write as _;
use std::sync::Arc;

use model::inbox::RequestState;
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::db::{Query, ReadError, Row, Step, Write};
use crate::json;

pub use look::{Entry, Filter, Whole, arrived_after, changed_since, counts, find, latest, page, read_counts};

/// The name of the table, for what is wrong with a row.
const TABLE: &str = "requests";

/// Rows that one write takes away.
const SLICE: i64 = 500;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// What the sender calls it: one of the same name and the same `resend` is stored once.
    pub webhook_id: Option<String>,
    /// How often a person sent it again.
    pub resend: i64,
    /// The ticket it is about.
    pub ticket: Option<String>,
    /// Path of the request, with its slash.
    pub path: String,
    /// Query of the request without its question mark, and without secrets that were checked.
    pub query: String,
    /// Names in small letters and values.
    pub headers: Vec<(String, String)>,
    /// The body, JSON.
    pub body: String,
    /// [`digest`] of the body, when repeats are to be marked.
    pub digest: Option<String>,
    /// An equal body that arrived at this instant or later makes it a repeat.
    pub repeats_since: Timestamp,
    /// When it arrived.
    pub at: Timestamp,
}

/// A request in the hands of its program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Which request.
    pub request: i64,
    /// What the sender calls it.
    pub webhook_id: Option<String>,
    /// How often a person sent it again.
    pub resend: i64,
    /// The ticket it is about.
    pub ticket: Option<String>,
    /// Path of the request.
    pub path: String,
    /// Query of the request.
    pub query: String,
    /// Names in small letters and values.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Arc<str>,
    /// Whether equal bytes arrived shortly before.
    pub repeat: bool,
    /// The number of this run in its round, from 1.
    pub attempt: i64,
}

/// How a run ended, to be kept.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What follows.
    pub state: RequestState,
    /// When it is run again, if it is.
    pub due_at: Timestamp,
    /// How it ended, in words; empty when it went well.
    pub error: String,
    /// The tail of what it wrote to standard error.
    pub output: String,
}

/// What tells equal bodies apart from others: SHA-256, in hexadecimal.
#[must_use]
pub fn digest(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Stores a request; misses when it is stored already.
pub fn store(arrival: &Arrival) -> Step {
    const SQL: &str = "insert into requests (webhook_id, resend, ticket, path, query, headers, body, digest, repeat,
        state, turn, attempts, due_at_ms, error, output, received_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8,
            exists (select 1 from requests where digest = $8 and received_at_ms >= $9),
            'waiting', (select min(request_id) from requests where ticket = $3 and state in ('waiting', 'running')) is null,
            0, $10, '', '', $10)
        on conflict (webhook_id, resend) where webhook_id is not null do nothing";
    Step::guarded(
        SQL,
        vec![
            arrival.webhook_id.clone().into(),
            arrival.resend.into(),
            arrival.ticket.clone().into(),
            arrival.path.as_str().into(),
            arrival.query.as_str().into(),
            json::encode(&arrival.headers),
            arrival.body.as_str().into(),
            arrival.digest.clone().into(),
            arrival.repeats_since.0.into(),
            arrival.at.0.into(),
        ],
    )
}

/// Requests that may run now, longest due first: number and ticket. Of each ticket the oldest one.
pub fn due(now: Timestamp, limit: i64) -> Query {
    const SQL: &str = "select request_id, ticket from requests
        where state = 'waiting' and turn = true and due_at_ms <= $1 order by due_at_ms, request_id limit $2";
    Query::new(SQL, vec![now.0.into(), limit.into()])
}

/// Takes a request for a run, if it still waits; [`read_run`] reads the row.
pub fn start(request: i64, now: Timestamp) -> Step {
    const SQL: &str = "update requests set state = 'running', attempts = attempts + 1, changed_at_ms = $2
        where request_id = $1 and state = 'waiting'
        returning request_id, webhook_id, resend, ticket, path, query, headers, body, repeat, attempts";
    Step::guarded(SQL, vec![request.into(), now.0.into()])
}

/// What [`start`] answered.
///
/// # Errors
/// [`ReadError`] when the row cannot be understood.
pub fn read_run(row: &Row) -> Result<Run, ReadError> {
    let request = row.integer(0)?;
    Ok(Run {
        request,
        webhook_id: row.optional_text(1)?.map(str::to_owned),
        resend: row.integer(2)?,
        ticket: row.optional_text(3)?.map(str::to_owned),
        path: row.text(4)?.to_owned(),
        query: row.text(5)?.to_owned(),
        headers: json::decode(row.text(6)?, TABLE, "headers", request)?,
        body: row.shared_text(7)?,
        repeat: row.boolean(8)?,
        attempt: row.integer(9)?,
    })
}

/// Keeps how a run ended, and lets the next request of its ticket have its turn.
pub fn finish(request: i64, ended: &Ended, now: Timestamp) -> Write {
    const SQL: &str =
        "update requests set state = $2, due_at_ms = $3, error = $4, output = $5, changed_at_ms = $6
        where request_id = $1 and state = 'running'";
    let values = vec![
        request.into(),
        ended.state.as_str().into(),
        ended.due_at.0.into(),
        ended.error.as_str().into(),
        ended.output.as_str().into(),
        now.0.into(),
    ];
    Write::new().step(Step::guarded(SQL, values)).step(give_turn(request))
}

/// The oldest open request of this one's ticket has its turn.
fn give_turn(request: i64) -> Step {
    const SQL: &str = "update requests set turn = true where request_id = (select min(request_id) from requests
        where ticket = (select ticket from requests where request_id = $1) and state in ('waiting', 'running'))";
    Step::new(SQL, vec![request.into()])
}

/// Gives a request back whose run was cut by us: it waits again, and the run does not count.
pub fn release(request: i64, now: Timestamp) -> Step {
    const SQL: &str = "update requests set state = 'waiting', attempts = attempts - 1, due_at_ms = $2,
        changed_at_ms = $2 where request_id = $1 and state = 'running'";
    Step::new(SQL, vec![request.into(), now.0.into()])
}

/// What is said to be running: number and attempt. When nobody has the inbox, these runs were cut by its owner's end.
pub fn running() -> Query {
    const SQL: &str =
        "select request_id, attempts from requests where state = 'running' and state <> 'waiting'";
    Query::new(SQL, vec![])
}

/// Runs a request anew, with a new round of attempts, whatever became of it; Stale while it runs, or if there is none.
pub fn retry(request: i64, now: Timestamp) -> Write {
    const SQL: &str =
        "update requests set state = 'waiting', attempts = 0, due_at_ms = $2, changed_at_ms = $2,
        error = '', output = '', turn = (ticket is null) where request_id = $1 and state <> 'running'";
    const LATER: &str = "update requests set turn = false where ticket = (select ticket from requests
        where request_id = $1) and state in ('waiting', 'running') and turn = true and request_id > $1";
    Write::new()
        .step(Step::guarded(SQL, vec![request.into(), now.0.into()]))
        .step(Step::new(LATER, vec![request.into()]))
        .step(give_turn(request))
}

/// Decides that a waiting or dead request is not needed; Stale for any other.
pub fn set_aside(request: i64, now: Timestamp) -> Write {
    const SQL: &str = "update requests set state = 'dropped', changed_at_ms = $2
        where request_id = $1 and state in ('waiting', 'dead')";
    Write::new().step(Step::guarded(SQL, vec![request.into(), now.0.into()])).step(give_turn(request))
}

/// Takes a slice of what was done or dropped before an instant away, for good; answers a row for each. Until then its
/// name is remembered.
pub fn prune(before: Timestamp) -> [Step; 2] {
    const DONE: &str = "delete from requests where request_id in (select request_id from requests
        where state = 'done' and changed_at_ms < $1 order by changed_at_ms limit $2) returning request_id";
    const DROPPED: &str = "delete from requests where request_id in (select request_id from requests
        where state = 'dropped' and changed_at_ms < $1 order by changed_at_ms limit $2) returning request_id";
    [DONE, DROPPED].map(|sql| Step::new(sql, vec![before.0.into(), SLICE.into()]))
}
