//! The execution log: deliveries, newest update first, filtered. Each filter that can be rare drives its own index;
//! the others are asked of the rows it gives.

use crate::changes::ids_of_ticket;
use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use model::delivery::{Shown, State};
use model::ids::{ChangeId, DeliveryId, DomainId, EndpointId, PayloadId, TriggerId};
use model::time::Timestamp;

/// Which rows of the log.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// As the log shows it.
    pub status: Option<Shown>,
    /// The trigger that fired.
    pub trigger: Option<TriggerId>,
    /// The ticket.
    pub ticket: Option<i64>,
    /// The receiver.
    pub endpoint: Option<EndpointId>,
    /// Updated at this instant or later.
    pub since: Option<Timestamp>,
    /// Updated before this instant.
    pub until: Option<Timestamp>,
}

/// A row of the log.
#[derive(Debug, Clone)]
pub struct LogRow {
    /// Its identity, also the `webhook-id`.
    pub id: DeliveryId,
    /// Last update.
    pub updated_at: Timestamp,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// As stored.
    pub state: State,
    /// The endpoint is paused.
    pub paused: bool,
    /// Attempts of the round, the one under way included.
    pub attempts: i64,
    /// From 1; more after a resend.
    pub round: i64,
    /// Where to.
    pub endpoint: EndpointId,
    /// As typed.
    pub url: String,
    /// What went wrong last, or empty.
    pub error: String,
    /// What the receiver answered last.
    pub status_code: Option<i64>,
    /// The trigger that fired.
    pub trigger: TriggerId,
    /// Its revision.
    pub trigger_revision: i64,
    /// Its name at that time.
    pub trigger_name: String,
    /// The ticket.
    pub ticket_number: i64,
    /// The ticket's version.
    pub ticket_version: i64,
    /// The change it tells of.
    pub change: ChangeId,
    /// The body.
    pub payload: PayloadId,
    /// When the next attempt is due.
    pub due_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "select d.delivery_id, d.updated_at_ms, d.created_at_ms, d.state, e.paused, d.attempts, d.round, d.endpoint_id,
        e.url, d.error, d.status_code, d.trigger_id, d.trigger_revision, d.trigger_name, d.ticket_number,
        d.ticket_version, d.change_id, d.payload_id, d.due_at_ms
        from deliveries d join endpoints e on e.domain_id = d.domain_id and e.endpoint_id = d.endpoint_id "
    };
}

macro_rules! filters {
    () => {
        " and (cast($2 as text) is null or d.state = $2)
        and (cast($3 as bigint) is null or (e.paused and $3 = 1) or (not e.paused and $3 = 0))
        and (cast($4 as bigint) is null or d.trigger_id = $4)
        and (cast($5 as bigint) is null or d.endpoint_id = $5)
        and (cast($6 as bigint) is null or d.ticket_number = $6)
        and d.updated_at_ms >= $7 and d.updated_at_ms < $8 "
    };
}

/// The statements over the log, each led by the test whose index fits a filter.
struct Statements {
    page: &'static str,
    newer: &'static str,
    count: &'static str,
    resend: &'static str,
}

macro_rules! led_by {
    ($($driver:tt)+) => {
        Statements {
            page: concat!(
                columns!(),
                "where d.domain_id = $1 and ",
                $($driver)+,
                filters!(),
                "and (d.updated_at_ms, d.delivery_id) < ($9, $10)
                order by d.updated_at_ms desc, d.delivery_id desc limit $11"
            ),
            newer: concat!(
                columns!(),
                "where d.domain_id = $1 and ",
                $($driver)+,
                filters!(),
                "and (d.updated_at_ms, d.delivery_id) > ($9, $10)
                order by d.updated_at_ms, d.delivery_id limit $11"
            ),
            count: concat!(
                "select count(*) from (select 1 from deliveries d
                join endpoints e on e.domain_id = d.domain_id and e.endpoint_id = d.endpoint_id
                where d.domain_id = $1 and d.state in ('delivered', 'failed', 'cancelled') and d.lease_owner is null
                and ",
                $($driver)+,
                filters!(),
                "limit 10001) as found"
            ),
            resend: concat!(
                "update deliveries set state = 'queued', round = round + 1, attempts = 0, interrupted = 0,
                    due_at_ms = $9, failed_at_ms = null, updated_at_ms = $9
                where delivery_id in (select d.delivery_id from deliveries d
                    join endpoints e on e.domain_id = d.domain_id and e.endpoint_id = d.endpoint_id
                    where d.domain_id = $1 and d.state in ('delivered', 'failed', 'cancelled')
                    and d.lease_owner is null and ",
                $($driver)+,
                filters!(),
                "order by d.updated_at_ms, d.delivery_id limit 10000)
                returning endpoint_id"
            ),
        }
    };
}

const BY_UPDATE: Statements = led_by!("d.state <> 'sending'");
const BY_TICKET: Statements = led_by!(concat!("d.change_id in (", ids_of_ticket!("$6"), ")"));
const BY_TRIGGER: Statements = led_by!("d.state <> 'sending' and d.trigger_id = $4");
const BY_ENDPOINT: Statements = led_by!("d.state <> 'sending' and d.endpoint_id = $5");
/// The condition of the index of the states that are not usual, and the one asked for.
const BY_STATE: Statements = led_by!("d.state <> 'sending' and d.state <> 'delivered' and d.state = $2");
/// What is under way is in no other index but the ticket's; it is little, so it is sorted when it is asked for.
const BY_LEASE: Statements = led_by!(
    "d.delivery_id in (select l.delivery_id from deliveries l where l.lease_owner is not null and l.state = 'sending')"
);

/// The statements whose index fits the filter.
fn statements(filter: &Filter) -> Statements {
    use Shown::{Cancelled, Failed, Held, Queued, Retrying, Sending};
    match filter {
        Filter { ticket: Some(_), .. } => BY_TICKET,
        Filter { status: Some(Sending), .. } => BY_LEASE,
        Filter { status: Some(Queued | Retrying | Failed | Held | Cancelled), .. } => BY_STATE,
        Filter { trigger: Some(_), .. } => BY_TRIGGER,
        Filter { endpoint: Some(_), .. } => BY_ENDPOINT,
        _ => BY_UPDATE,
    }
}

/// The stored states behind a word of the log, and whether their endpoint must be paused.
fn states(status: Option<Shown>) -> (Vec<Option<&'static str>>, Option<i64>) {
    match status {
        None => (vec![None], None),
        Some(Shown::Held) => (vec![Some("queued"), Some("retrying")], Some(1)),
        Some(shown @ (Shown::Queued | Shown::Retrying)) => (vec![Some(shown.as_str())], Some(0)),
        Some(shown) => (vec![Some(shown.as_str())], None),
    }
}

/// The filter's further half: what is under way, when the statements of the filter leave it out.
fn under_way(filter: &Filter) -> Option<Filter> {
    (filter.status.is_none() && filter.ticket.is_none())
        .then(|| Filter { status: Some(Shown::Sending), ..filter.clone() })
}

/// The values of the filter's tests, once for each stored state that it means.
fn filter_params(domain: DomainId, filter: &Filter) -> Vec<Vec<Value>> {
    let (states, paused) = states(filter.status);
    let params = |state: Option<&'static str>| -> Vec<Value> {
        vec![
            domain.0.into(),
            state.into(),
            paused.into(),
            filter.trigger.map(|id| id.0).into(),
            filter.endpoint.map(|id| id.0).into(),
            filter.ticket.into(),
            filter.since.map_or(i64::MIN, |at| at.0).into(),
            filter.until.map_or(i64::MAX, |at| at.0).into(),
        ]
    };
    states.into_iter().map(params).collect()
}

fn decode(row: &Row) -> Result<LogRow, ReadError> {
    let id = DeliveryId(row.integer(0)?);
    Ok(LogRow {
        id,
        updated_at: Timestamp(row.integer(1)?),
        created_at: Timestamp(row.integer(2)?),
        state: State::parse(row.text(3)?).ok_or_else(|| row.corrupt("deliveries", "state", id))?,
        paused: row.boolean(4)?,
        attempts: row.integer(5)?,
        round: row.integer(6)?,
        endpoint: EndpointId(row.integer(7)?),
        url: row.text(8)?.to_owned(),
        error: row.text(9)?.to_owned(),
        status_code: row.optional_integer(10)?,
        trigger: TriggerId(row.integer(11)?),
        trigger_revision: row.integer(12)?,
        trigger_name: row.text(13)?.to_owned(),
        ticket_number: row.integer(14)?,
        ticket_version: row.integer(15)?,
        change: ChangeId(row.integer(16)?),
        payload: PayloadId(row.integer(17)?),
        due_at: row.optional_integer(18)?.map(Timestamp),
    })
}

/// A page of the log, newest update first, after the row at `after`.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    filter: &Filter,
    after: Option<(Timestamp, DeliveryId)>,
    limit: i64,
) -> Result<Vec<LogRow>, ReadError> {
    let after = after.unwrap_or((Timestamp(i64::MAX), DeliveryId(i64::MAX)));
    let mut rows = beside(reader, domain, filter, after, limit, |statements| statements.page).await?;
    // States were asked for apart, so that each goes along its index.
    rows.sort_by_key(|row| std::cmp::Reverse((row.updated_at, row.id)));
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(rows)
}

/// The page before: the rows next to the row at `before` that are newer than it, newest first.
///
/// # Errors
/// As the reader says.
pub async fn page_before(
    reader: &Reader,
    domain: DomainId,
    filter: &Filter,
    before: (Timestamp, DeliveryId),
    limit: i64,
) -> Result<Vec<LogRow>, ReadError> {
    let mut rows = beside(reader, domain, filter, before, limit, |statements| statements.newer).await?;
    rows.sort_by_key(|row| (row.updated_at, row.id));
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    rows.reverse();
    Ok(rows)
}

/// The rows on one side of a key, of each stored state that the filter means, at most `limit` of each.
async fn beside(
    reader: &Reader,
    domain: DomainId,
    filter: &Filter,
    (updated, id): (Timestamp, DeliveryId),
    limit: i64,
    side: fn(Statements) -> &'static str,
) -> Result<Vec<LogRow>, ReadError> {
    let pages = |filter: &Filter| {
        let sql = side(statements(filter));
        let query = move |mut params: Vec<Value>| {
            params.extend([updated.0.into(), id.0.into(), limit.into()]);
            Query::new(sql, params)
        };
        filter_params(domain, filter).into_iter().map(query)
    };
    let queries = pages(filter).chain(under_way(filter).iter().flat_map(pages)).collect();
    let answers = reader.snapshot(queries).await?;
    answers.iter().flatten().map(decode).collect()
}

/// One row of the log.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, id: DeliveryId) -> Result<Option<LogRow>, ReadError> {
    const SQL: &str = concat!(columns!(), "where d.delivery_id = $2 and d.domain_id = $1");
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The deliveries of a change, in the order in which they were enqueued.
///
/// # Errors
/// As the reader says.
pub async fn of_change(reader: &Reader, domain: DomainId, id: ChangeId) -> Result<Vec<LogRow>, ReadError> {
    const SQL: &str =
        concat!(columns!(), "where d.domain_id = $1 and d.change_id = $2 order by d.delivery_id");
    let params = vec![domain.0.into(), id.0.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// Rows that one resend by filter takes at most.
pub const RESEND_MAX: i64 = 10_000;

/// How many deliveries of the filter a resend would take: closed ones whose last call has ended, at most
/// [`RESEND_MAX`] + 1.
///
/// # Errors
/// As the reader says.
pub async fn count_resendable(reader: &Reader, domain: DomainId, filter: &Filter) -> Result<i64, ReadError> {
    let sql = statements(filter).count;
    let queries = filter_params(domain, filter).into_iter().map(|params| Query::new(sql, params)).collect();
    let answers = reader.snapshot(queries).await?;
    answers.iter().flatten().map(|row| row.integer(0)).sum()
}

/// Begins a new round for the deliveries of the filter, longest unchanged first, at most [`RESEND_MAX`]; returns their
/// endpoints.
pub fn resend_matching(domain: DomainId, filter: &Filter, now: Timestamp) -> Step {
    let with_now = |mut params: Vec<Value>| {
        params.push(now.0.into());
        params
    };
    Step::many(statements(filter).resend, filter_params(domain, filter).into_iter().map(with_now).collect())
}
