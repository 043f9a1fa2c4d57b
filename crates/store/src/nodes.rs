//! Table `nodes`: who works on a shared database. A row is a number that makes a node's identifiers its own; while
//! somebody has it, the row names that life and counts its beats. A life that is in no row is over: its leases are taken
//! back in the very write that ends it.
//! Not here: when a life counts as over (the engine).

use crate::db::{Query, ReadError, Reader, Row, ServerInspection, Step};
use crate::orphans;
use model::ids::IncarnationId;
use model::retry::RetryPolicy;
use model::time::Timestamp;
use std::time::Duration;

/// How many nodes there can be, and the highest number but one: identifiers have eight bits for it.
pub const NUMBERS: i64 = 256;

/// How long a look from outside may take.
const LOOK_WITHIN: Duration = Duration::from_secs(3);

/// A life as its row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Which life.
    pub incarnation: IncarnationId,
    /// Its number.
    pub number: i64,
    /// Rises while it lives.
    pub beat: i64,
    /// Host and process, for people.
    pub name: String,
}

/// Everybody who lives.
///
/// # Errors
/// As the reader says.
pub async fn living(reader: &Reader) -> Result<Vec<Node>, ReadError> {
    reader.rows(Query::new(LIVING, vec![])).await?.iter().map(node).collect()
}

/// The same, seen from outside.
///
/// # Errors
/// As the server says.
pub async fn seen(database: &ServerInspection) -> Result<Vec<Node>, ReadError> {
    database.rows(&Query::new(LIVING, vec![]), LOOK_WITHIN).await?.iter().map(node).collect()
}

const LIVING: &str =
    "select incarnation, number, beat, name from nodes where incarnation is not null order by number";

fn node(row: &Row) -> Result<Node, ReadError> {
    Ok(Node {
        incarnation: IncarnationId(row.integer(0)?),
        number: row.integer(1)?,
        beat: row.integer(2)?,
        name: row.text(3)?.to_owned(),
    })
}

/// A number that nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeNumber {
    /// The number.
    pub number: i64,
    /// Somebody had it before.
    used: bool,
}

/// The number to take next: one that was never used, else the one that has been free the longest, so that two lives
/// whose clocks differ do not make the same identifiers. None when 255 nodes live.
///
/// # Errors
/// As the reader says.
pub async fn free_number(reader: &Reader) -> Result<Option<FreeNumber>, ReadError> {
    const NEW: &str = "select coalesce(max(number), 0) + 1 from nodes";
    const USED: &str = "select number from nodes where incarnation is null order by since_ms, number limit 1";
    let answers = reader.snapshot(vec![Query::new(NEW, vec![]), Query::new(USED, vec![])]).await?;
    let number =
        |at: usize| answers.get(at).and_then(|rows| rows.first()).map(|row| row.integer(0)).transpose();
    match (number(0)?, number(1)?) {
        (Some(number), _) if number < NUMBERS => Ok(Some(FreeNumber { number, used: false })),
        (_, Some(number)) => Ok(Some(FreeNumber { number, used: true })),
        _ => Ok(None),
    }
}

/// Begins a life under a free number. Stale or a conflict when somebody else was quicker.
pub fn join(free: FreeNumber, incarnation: IncarnationId, name: &str, now: Timestamp) -> Step {
    const NEW: &str =
        "insert into nodes (number, incarnation, beat, name, since_ms) values ($1, $2, 0, $3, $4)";
    const USED: &str = "update nodes set incarnation = $2, beat = 0, name = $3, since_ms = $4
        where number = $1 and incarnation is null";
    let sql = if free.used { USED } else { NEW };
    Step::guarded(sql, vec![free.number.into(), incarnation.0.into(), name.into(), now.0.into()])
}

/// Shows that the life goes on; Stale when it was ended by another.
pub fn beat(incarnation: IncarnationId) -> Step {
    const SQL: &str = "update nodes set beat = beat + 1 where incarnation = $1";
    Step::guarded(SQL, vec![incarnation.0.into()])
}

/// Ends a life that was seen at this beat, and frees its leases. Stale when it has shown itself since.
pub fn fence(node: &Node, attempt_id: i64, policy: &RetryPolicy, now: Timestamp) -> Vec<Step> {
    const SQL: &str =
        "update nodes set incarnation = null, since_ms = $3 where incarnation = $1 and beat = $2";
    let guard = Step::guarded(SQL, vec![node.incarnation.0.into(), node.beat.into(), now.0.into()]);
    let mut steps = vec![guard];
    steps.extend(orphans::take_back(node.incarnation, attempt_id, policy, now));
    steps
}

/// Ends one's own life, and frees its leases. Also for a life that is over, or of which there is no row.
pub fn leave(incarnation: IncarnationId, attempt_id: i64, policy: &RetryPolicy, now: Timestamp) -> Vec<Step> {
    const SQL: &str = "update nodes set incarnation = null, since_ms = $2 where incarnation = $1";
    let mut steps = vec![Step::new(SQL, vec![incarnation.0.into(), now.0.into()])];
    steps.extend(orphans::take_back(incarnation, attempt_id, policy, now));
    steps
}
