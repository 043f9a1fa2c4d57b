//! Table `integration_tickets`: tickets and their counterparts in other domains.

use crate::db::{Query, ReadError, Reader, Row, Step};
use model::ids::{DomainId, IntegrationId};

/// Stands for the counterpart of a ticket that has one no more, and is told nothing of.
pub const PARTED: i64 = -1;

/// A ticket and its counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The ticket here.
    pub number: i64,
    /// Its counterpart; 0 while it is offered and not yet taken, [`PARTED`] once they were parted.
    pub remote: i64,
    /// The counterpart's version up to which all that crosses is here.
    pub seen: i64,
    /// The version of the ticket here at which both were linked; 0 while they are not.
    pub linked: i64,
}

fn decode(row: &Row) -> Result<Pair, ReadError> {
    let (number, remote) = (row.integer(0)?, row.integer(1)?);
    Ok(Pair { number, remote, seen: row.integer(2)?, linked: row.integer(3)? })
}

/// The counterpart of a ticket.
///
/// # Errors
/// As the reader says.
pub async fn find(
    reader: &Reader,
    domain: DomainId,
    integration: IntegrationId,
    number: i64,
) -> Result<Option<Pair>, ReadError> {
    const SQL: &str =
        "select ticket_number, remote_number, seen_version, linked_version from integration_tickets
        where domain_id = $1 and integration_id = $2 and ticket_number = $3";
    let params = vec![domain.0.into(), integration.0.into(), number.into()];
    reader.first(Query::new(SQL, params)).await?.as_ref().map(decode).transpose()
}

/// The ticket whose counterpart has this number.
///
/// # Errors
/// As the reader says.
pub async fn find_remote(
    reader: &Reader,
    domain: DomainId,
    integration: IntegrationId,
    remote: i64,
) -> Result<Option<Pair>, ReadError> {
    const SQL: &str =
        "select ticket_number, remote_number, seen_version, linked_version from integration_tickets
        where domain_id = $1 and integration_id = $2 and remote_number = $3 and remote_number > 0";
    let params = vec![domain.0.into(), integration.0.into(), remote.into()];
    reader.first(Query::new(SQL, params)).await?.as_ref().map(decode).transpose()
}

/// The pairs of an integration whose tickets are the newest, newest first.
///
/// # Errors
/// As the reader says.
pub async fn newest(
    reader: &Reader,
    domain: DomainId,
    integration: IntegrationId,
    limit: i64,
) -> Result<Vec<Pair>, ReadError> {
    const SQL: &str =
        "select ticket_number, remote_number, seen_version, linked_version from integration_tickets
        where domain_id = $1 and integration_id = $2 order by ticket_number desc limit $3";
    let params = vec![domain.0.into(), integration.0.into(), limit.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// Keeps a pair. What was seen of a counterpart only grows, and begins anew with another one; a counterpart that another
/// ticket has is a conflict.
pub fn save(domain: DomainId, integration: IntegrationId, pair: Pair) -> Step {
    const SQL: &str = "insert into integration_tickets (domain_id, integration_id, ticket_number, remote_number,
            seen_version, linked_version)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (domain_id, integration_id, ticket_number) do update set remote_number = excluded.remote_number,
            seen_version = case when excluded.seen_version > integration_tickets.seen_version
                or excluded.remote_number <> integration_tickets.remote_number
                then excluded.seen_version else integration_tickets.seen_version end,
            linked_version = case when excluded.remote_number <> integration_tickets.remote_number
                then excluded.linked_version else integration_tickets.linked_version end";
    let Pair { number, remote, seen, linked } = pair;
    let pair = [number, remote, seen, linked].map(Into::into);
    Step::new(SQL, [domain.0.into(), integration.0.into()].into_iter().chain(pair).collect())
}

/// Notes what was seen of a ticket's counterpart, which only grows; stale when the ticket has another one or none by now.
pub fn keep(domain: DomainId, integration: IntegrationId, pair: Pair) -> Step {
    const SQL: &str = "update integration_tickets
        set seen_version = case when $5 > seen_version then $5 else seen_version end
        where domain_id = $1 and integration_id = $2 and ticket_number = $3 and remote_number = $4";
    let Pair { number, remote, seen, .. } = pair;
    let values = [domain.0, integration.0, number, remote, seen];
    Step::guarded(SQL, values.map(Into::into).into())
}

/// Gives a ticket its counterpart; stale when it is not any more as it was read.
pub fn link(domain: DomainId, integration: IntegrationId, known: Option<Pair>, pair: Pair) -> Step {
    const FIRST: &str =
        "insert into integration_tickets (domain_id, integration_id, ticket_number, remote_number,
            seen_version, linked_version)
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    const NEXT: &str =
        "update integration_tickets set remote_number = $4, seen_version = $5, linked_version = $6
        where domain_id = $1 and integration_id = $2 and ticket_number = $3 and remote_number = $7";
    let Pair { number, remote, seen, linked } = pair;
    let values = [domain.0, integration.0, number, remote, seen, linked].map(Into::into);
    match known {
        None => Step::guarded(FIRST, values.into()),
        Some(known) => Step::guarded(NEXT, values.into_iter().chain([known.remote.into()]).collect()),
    }
}

/// Forgets all pairs of an integration.
pub fn delete_all(domain: DomainId, integration: IntegrationId) -> Step {
    const SQL: &str = "delete from integration_tickets where domain_id = $1 and integration_id = $2";
    Step::new(SQL, vec![domain.0.into(), integration.0.into()])
}
