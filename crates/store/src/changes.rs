//! Tables `changes` and `payloads`: what happened, and the bodies frozen from it.

use crate::db::{Query, ReadError, Reader, Row, Step};
use crate::json;
use model::change::Change;
use model::ids::{ChangeId, DomainId, PayloadId};
use std::sync::Arc;

/// The numbers of a ticket's changes, as a query within a statement whose `$1` is the domain; the parameter of the ticket's
/// number is named by the statement.
macro_rules! ids_of_ticket {
    ($number:literal) => {
        concat!(
            "with recursive thread (change_id) as (
                select last_change_id from tickets where domain_id = $1 and number = ",
            $number,
            " union all
                select c.previous_change_id
                from thread join changes c on c.change_id = thread.change_id and c.domain_id = $1)
            select change_id from thread"
        )
    };
}
pub(crate) use ids_of_ticket;

fn decode(row: &Row) -> Result<Change, ReadError> {
    json::decode(row.text(1)?, "changes", "data", ChangeId(row.integer(0)?))
}

/// One change.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, id: ChangeId) -> Result<Option<Change>, ReadError> {
    const SQL: &str = "select change_id, data from changes where change_id = $2 and domain_id = $1";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// A ticket's changes, newest first, before `before`. The ticket names its newest change and each names the one before
/// it: an index by ticket would cost every change a page of its own, since tickets change in no order.
///
/// # Errors
/// As the reader says.
pub async fn of_ticket(
    reader: &Reader,
    domain: DomainId,
    number: i64,
    before: ChangeId,
    limit: i64,
) -> Result<Vec<Change>, ReadError> {
    // From the change that a page before this one ended with, else from the newest. The thread counts what it has found of
    // what is asked for, and ends there.
    const SQL: &str = "with recursive start (change_id) as (
            select case when c.change_id is null then t.last_change_id else c.previous_change_id end
            from tickets t left join changes c
                on c.change_id = $3 and c.domain_id = t.domain_id and c.ticket_number = t.number
            where t.domain_id = $1 and t.number = $2),
        thread (change_id, found) as (
            select change_id, case when change_id < $3 then 1 else 0 end from start
            union all
            select c.previous_change_id, thread.found + case when c.previous_change_id < $3 then 1 else 0 end
            from thread join changes c on c.change_id = thread.change_id and c.domain_id = $1
            where thread.found < $4)
        select c.change_id, c.data
        from thread join changes c on c.change_id = thread.change_id and c.domain_id = $1
        where thread.change_id < $3 order by c.change_id desc limit $4";
    let params = vec![domain.0.into(), number.into(), before.0.into(), limit.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// A domain's changes, newest first, before `before`.
///
/// # Errors
/// As the reader says.
pub async fn newest(
    reader: &Reader,
    domain: DomainId,
    before: ChangeId,
    limit: i64,
) -> Result<Vec<Change>, ReadError> {
    const SQL: &str = "select change_id, data from changes
        where domain_id = $1 and change_id < $2 order by change_id desc limit $3";
    let params = vec![domain.0.into(), before.0.into(), limit.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// Keeps a change; `previous` is the one before it of the same ticket.
pub fn insert(domain: DomainId, change: &Change, previous: Option<ChangeId>) -> Step {
    const SQL: &str =
        "insert into changes (change_id, domain_id, previous_change_id, ticket_number, ticket_version,
            at_ms, data)
        values ($1, $2, $3, $4, $5, $6, $7)";
    Step::new(
        SQL,
        vec![
            change.id.0.into(),
            domain.0.into(),
            previous.map(|change| change.0).into(),
            change.ticket_number.into(),
            change.ticket_version.into(),
            change.at.0.into(),
            json::encode(change),
        ],
    )
}

/// What has a row once a change is stored.
pub fn proof(domain: DomainId, id: ChangeId) -> Query {
    const SQL: &str = "select change_id from changes where change_id = $2 and domain_id = $1";
    Query::new(SQL, vec![domain.0.into(), id.0.into()])
}

/// A frozen body and whether something was left out of it.
///
/// # Errors
/// As the reader says.
pub async fn payload(
    reader: &Reader,
    domain: DomainId,
    id: PayloadId,
) -> Result<Option<(Arc<str>, bool)>, ReadError> {
    const SQL: &str = "select body, truncated from payloads where payload_id = $2 and domain_id = $1";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.map(|row| Ok((row.shared_text(0)?, row.boolean(1)?))).transpose()
}

/// Keeps a frozen body.
pub fn insert_payload(domain: DomainId, id: PayloadId, body: Arc<str>, truncated: bool) -> Step {
    const SQL: &str = "insert into payloads (payload_id, domain_id, truncated, body) values ($1, $2, $3, $4)";
    Step::new(SQL, vec![id.0.into(), domain.0.into(), truncated.into(), body.into()])
}
