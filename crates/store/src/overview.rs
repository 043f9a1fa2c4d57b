//! All tables at a glance, for an operator: what waits, what failed, how fast the database grows. Over all domains, and
//! asked of a database that may belong to a running process.
//! Not here: what of it is a reason to worry (the process's `check`).

use crate::db::{Inspection, Query, ReadError, Row, ServerInspection};
use model::time::Timestamp;
use std::time::Duration;

/// How long each question may take.
const WITHIN: Duration = Duration::from_secs(3);

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A count that stops here means "this many or more".
pub const COUNTED_MAX: i64 = 100_000;

/// How many failing endpoints are read.
pub const FAILING_MAX: i64 = 1_000;

/// How many of the newest changes tell the present rate.
const SAMPLE: i64 = 10_000;

/// What stands in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Deliveries queued or retrying.
    pub waiting: i64,
    /// Deliveries that wait because their endpoint is paused.
    pub held: i64,
    /// Deliveries given up in the last 24 h.
    pub failed: i64,
    /// URLs, as typed, about which a failure notice is open; at most [`FAILING_MAX`].
    pub failing: Vec<String>,
    /// Notices that are open and that nobody has read as they stand.
    pub unread_notices: i64,
    /// Changes in 24 h, at the rate of the newest ones.
    pub changes_a_day: i64,
    /// All changes that are kept; none if there are too many to count in time.
    pub changes: Option<i64>,
}

/// Reads it.
///
/// # Errors
/// As the database says; also for a schema that is not this version's.
pub fn read(database: &Inspection, now: Timestamp) -> Result<Overview, ReadError> {
    told(questions(now).iter().map(|query| database.rows(query, WITHIN)).collect(), now)
}

/// Reads that of a database on a server.
///
/// # Errors
/// As the server says; also for a schema that is not this version's.
pub async fn read_server(database: &ServerInspection, now: Timestamp) -> Result<Overview, ReadError> {
    let mut answers = Vec::new();
    for query in questions(now) {
        answers.push(database.rows(&query, WITHIN).await);
    }
    told(answers, now)
}

/// What is asked, in the order in which `told` reads it.
fn questions(now: Timestamp) -> [Query; 7] {
    let since = now.0 - DAY_MS;
    [
        Query::new(WAITING, vec![false.into(), COUNTED_MAX.into()]),
        Query::new(WAITING, vec![true.into(), COUNTED_MAX.into()]),
        Query::new(FAILED, vec![since.into(), COUNTED_MAX.into()]),
        Query::new(FAILING, vec![FAILING_MAX.into()]),
        Query::new(UNREAD, vec![]),
        Query::new(RECENT, vec![since.into(), SAMPLE.into()]),
        Query::new(CHANGES, vec![]),
    ]
}

type Answer = Result<Vec<Row>, ReadError>;

fn told(answers: Vec<Answer>, now: Timestamp) -> Result<Overview, ReadError> {
    let mut answers = answers.into_iter();
    let mut next = || answers.next().unwrap_or_else(|| Ok(Vec::new()));
    Ok(Overview {
        waiting: count(next())?,
        held: count(next())?,
        failed: count(next())?,
        failing: next()?.iter().map(|row| Ok(row.text(0)?.to_owned())).collect::<Result<_, ReadError>>()?,
        unread_notices: count(next())?,
        changes_a_day: changes_a_day(next(), now)?,
        changes: match count(next()) {
            Err(ReadError::TooSlow) => None,
            counted => Some(counted?),
        },
    })
}

fn count(answer: Answer) -> Result<i64, ReadError> {
    answer?.first().map_or(Ok(0), |row| row.integer(0))
}

/// Counts the last day if the sample holds it, else extends the sample's rate to a day.
fn changes_a_day(answer: Answer, now: Timestamp) -> Result<i64, ReadError> {
    let rows = answer?;
    let Some(row) = rows.first() else { return Ok(0) };
    let (recent, oldest) = (row.integer(0)?, row.integer(1)?);
    if recent < SAMPLE {
        return Ok(recent);
    }
    let span = now.0.saturating_sub(oldest).max(1);
    Ok(i64::try_from(i128::from(recent) * i128::from(DAY_MS) / i128::from(span)).unwrap_or(i64::MAX))
}

const WAITING: &str = "select count(*) from (select 1 from deliveries d
    join endpoints e on e.domain_id = d.domain_id and e.endpoint_id = d.endpoint_id
    where d.state in ('queued', 'retrying') and d.state <> 'sending' and d.state <> 'delivered'
    and e.paused = $1 limit $2) as waiting";

const FAILED: &str = "select count(*) from (select 1 from deliveries
    where state = 'failed' and state <> 'sending' and state <> 'delivered' and updated_at_ms >= $1
    limit $2) as failed";

const UNREAD: &str = "select count(*) from notices n where n.recovered_at_ms is null and not exists (
    select 1 from notice_reads r
    where r.domain_id = n.domain_id and r.notice_id = n.notice_id and r.revision >= n.revision)";

const FAILING: &str = "select distinct e.url from notices n
    join endpoints e on e.domain_id = n.domain_id and e.endpoint_id = n.endpoint_id
    where n.kind = 'webhook_failing' and n.recovered_at_ms is null order by e.url limit $1";

const RECENT: &str = "select count(*), coalesce(min(at_ms), 0) from
    (select at_ms from changes order by change_id desc limit $2) as newest where at_ms >= $1";

const CHANGES: &str = "select count(*) from changes";
