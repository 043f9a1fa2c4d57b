//! Looking into the inbox: its list, one request, what changed lately, how much there is.
//! Not here: what is written (`inbox`).

use std::sync::Arc;

use model::inbox::RequestState;
use model::time::Timestamp;

use super::TABLE;
use crate::db::{Query, ReadError, Row};
use crate::json;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which request: rising in the order of arrival.
    pub request: i64,
    /// Where it stands.
    pub state: RequestState,
    /// Runs of this round.
    pub attempts: i64,
    /// The ticket it is about.
    pub ticket: Option<String>,
    /// What the sender calls it.
    pub webhook_id: Option<String>,
    /// How often a person sent it again.
    pub resend: i64,
    /// Whether equal bytes arrived shortly before.
    pub repeat: bool,
    /// Path of the request.
    pub path: String,
    /// Query of the request.
    pub query: String,
    /// How its last run ended, in words; empty when it went well or there was none.
    pub error: String,
    /// When it may run, if it waits.
    pub due_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// When it last changed, or arrived if nothing happened since.
    pub updated_at: Timestamp,
}

/// A request with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Its line of the list.
    pub entry: Entry,
    /// Names in small letters and values.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Arc<str>,
    /// The tail of what its last run wrote to standard error.
    pub output: String,
}

/// Which requests; everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<RequestState>,
    /// Only of this ticket.
    pub ticket: Option<String>,
}

/// Columns of an [`Entry`], as text of the statements below.
macro_rules! entry {
    ($rest:literal) => {
        concat!(
            "select request_id, state, attempts, ticket, webhook_id, resend, repeat, path, query, error, due_at_ms,
            received_at_ms, coalesce(changed_at_ms, received_at_ms)",
            $rest
        )
    };
}

impl Entry {
    /// Reads a row of [`page`], [`latest`], [`arrived_after`] or [`changed_since`].
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be understood.
    pub fn read(row: &Row) -> Result<Self, ReadError> {
        let request = row.integer(0)?;
        let state = RequestState::parse(row.text(1)?).ok_or_else(|| row.corrupt(TABLE, "state", request))?;
        Ok(Entry {
            request,
            state,
            attempts: row.integer(2)?,
            ticket: row.optional_text(3)?.map(str::to_owned),
            webhook_id: row.optional_text(4)?.map(str::to_owned),
            resend: row.integer(5)?,
            repeat: row.boolean(6)?,
            path: row.text(7)?.to_owned(),
            query: row.text(8)?.to_owned(),
            error: row.text(9)?.to_owned(),
            due_at: Timestamp(row.integer(10)?),
            received_at: Timestamp(row.integer(11)?),
            updated_at: Timestamp(row.integer(12)?),
        })
    }
}

impl Whole {
    /// Reads the row of [`find`].
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be understood.
    pub fn read(row: &Row) -> Result<Self, ReadError> {
        let entry = Entry::read(row)?;
        let headers = json::decode(row.text(13)?, TABLE, "headers", entry.request)?;
        Ok(Whole { entry, headers, body: row.shared_text(14)?, output: row.text(15)?.to_owned() })
    }
}

/// The list, newest first: what came before this request, if one is given.
pub fn page(filter: &Filter, before: Option<i64>, limit: i64) -> Query {
    const ALL: &str = entry!(" from requests where request_id < $1 order by request_id desc limit $2");
    const BY_STATE: &str = entry!(
        " from requests where state = $3 and state <> 'waiting' and request_id < $1
        order by request_id desc limit $2"
    );
    // Sorted, since an index in this order would cost every arrival. The plus keeps it from going through the whole inbox.
    const WAITING: &str = entry!(
        " from requests where request_id in (select request_id from requests
            where state = 'waiting' and +request_id < $1 order by +request_id desc limit $2)
        order by request_id desc"
    );
    const BY_TICKET: &str = entry!(
        " from requests where request_id in (
            select request_id from (select request_id from requests where ticket = $3 and request_id < $1
                and state in ('waiting', 'running') order by request_id desc limit $2) union all
            select request_id from (select request_id from requests where ticket = $3 and request_id < $1
                and state <> 'waiting' and state <> 'running' order by request_id desc limit $2))
        order by request_id desc limit $2"
    );
    const BY_BOTH: &str = entry!(
        " from requests where request_id in (
            select request_id from requests where ticket = $3 and request_id < $1
                and state in ('waiting', 'running') union all
            select request_id from requests where ticket = $3 and request_id < $1
                and state <> 'waiting' and state <> 'running')
        and +state = $4 order by request_id desc limit $2"
    );
    let mut values = vec![before.unwrap_or(i64::MAX).into(), limit.into()];
    let state = filter.state.map(RequestState::as_str);
    let (sql, more) = match (filter.ticket.as_deref(), state) {
        (None, None) => (ALL, [None, None]),
        (None, Some(_)) if filter.state == Some(RequestState::Waiting) => (WAITING, [None, None]),
        (None, Some(_)) => (BY_STATE, [state, None]),
        (ticket, None) => (BY_TICKET, [ticket, None]),
        (ticket, Some(_)) => (BY_BOTH, [ticket, state]),
    };
    values.extend(more.into_iter().flatten().map(Into::into));
    Query::new(sql, values)
}

/// One request, whole.
pub fn find(request: i64) -> Query {
    const SQL: &str = entry!(", headers, body, output from requests where request_id = $1");
    Query::new(SQL, vec![request.into()])
}

/// What arrived or changed last, newest first.
pub fn latest(limit: i64) -> Query {
    const SQL: &str = entry!(
        " from requests where request_id in (
            select request_id from (select request_id from requests order by request_id desc limit $1) union all
            select request_id from (select request_id from requests where changed_at_ms is not null
                order by changed_at_ms desc, request_id desc limit $1))
        order by coalesce(changed_at_ms, received_at_ms) desc, request_id desc limit $1"
    );
    Query::new(SQL, vec![limit.into()])
}

/// What arrived after this request, oldest first. Requests become visible in the order of their numbers.
pub fn arrived_after(request: i64, limit: i64) -> Query {
    const SQL: &str = entry!(" from requests where request_id > $1 order by request_id limit $2");
    Query::new(SQL, vec![request.into(), limit.into()])
}

/// What changed since it arrived, at this instant or later, oldest change first.
pub fn changed_since(at: Timestamp, limit: i64) -> Query {
    const SQL: &str =
        entry!(" from requests where changed_at_ms >= $1 order by changed_at_ms, request_id limit $2");
    Query::new(SQL, vec![at.0.into(), limit.into()])
}

/// How many wait, run and are dead; [`read_counts`] reads the row.
pub fn counts() -> Query {
    const SQL: &str = "select (select count(*) from requests where state = 'waiting'),
        (select count(*) from requests where state = 'running' and state <> 'waiting'),
        (select count(*) from requests where state = 'dead' and state <> 'waiting')";
    Query::new(SQL, vec![])
}

/// What [`counts`] answered: waiting, running, dead.
///
/// # Errors
/// [`ReadError`] when the row cannot be understood.
pub fn read_counts(row: &Row) -> Result<[i64; 3], ReadError> {
    Ok([row.integer(0)?, row.integer(1)?, row.integer(2)?])
}
