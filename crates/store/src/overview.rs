//! All tables at a glance, for an operator: what waits, what failed, how fast the database grows. Over all domains, and
//! asked of a database that may belong to a running process.
//! Not here: what of it is a reason to worry (the process's `check`).

use crate::db::{Inspection, Query, ReadError, Value};
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
    let since = Timestamp(now.0 - DAY_MS);
    Ok(Overview {
        waiting: count(database, WAITING, vec![false.into(), COUNTED_MAX.into()])?,
        held: count(database, WAITING, vec![true.into(), COUNTED_MAX.into()])?,
        failed: count(database, FAILED, vec![since.0.into(), COUNTED_MAX.into()])?,
        failing: failing(database)?,
        unread_notices: count(database, UNREAD, vec![])?,
        changes_a_day: changes_a_day(database, now)?,
        changes: match count(database, "select count(*) from changes", vec![]) {
            Err(ReadError::TooSlow) => None,
            counted => Some(counted?),
        },
    })
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

fn count(database: &Inspection, sql: &'static str, params: Vec<Value>) -> Result<i64, ReadError> {
    let rows = database.rows(&Query::new(sql, params), WITHIN)?;
    rows.first().map_or(Ok(0), |row| row.integer(0))
}

fn failing(database: &Inspection) -> Result<Vec<String>, ReadError> {
    const SQL: &str = "select distinct e.url from notices n
        join endpoints e on e.domain_id = n.domain_id and e.endpoint_id = n.endpoint_id
        where n.kind = 'webhook_failing' and n.recovered_at_ms is null order by e.url limit $1";
    let rows = database.rows(&Query::new(SQL, vec![FAILING_MAX.into()]), WITHIN)?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Counts the last day if the sample holds it, else extends the sample's rate to a day.
fn changes_a_day(database: &Inspection, now: Timestamp) -> Result<i64, ReadError> {
    const RECENT: &str = "select count(*), coalesce(min(at_ms), 0) from
        (select at_ms from changes order by change_id desc limit $2) as newest where at_ms >= $1";
    let params = vec![(now.0 - DAY_MS).into(), SAMPLE.into()];
    let rows = database.rows(&Query::new(RECENT, params), WITHIN)?;
    let Some(row) = rows.first() else { return Ok(0) };
    let (recent, oldest) = (row.integer(0)?, row.integer(1)?);
    if recent < SAMPLE {
        return Ok(recent);
    }
    let span = now.0.saturating_sub(oldest).max(1);
    Ok(i64::try_from(i128::from(recent) * i128::from(DAY_MS) / i128::from(span)).unwrap_or(i64::MAX))
}
