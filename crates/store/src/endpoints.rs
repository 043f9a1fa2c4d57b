//! Table `endpoints`: receiving URLs with their secrets (encrypted by the engine) and their pause.

use crate::db::{Query, ReadError, Reader, Row, Step};
use model::ids::{DomainId, EndpointId};
use model::time::Timestamp;

/// An endpoint as stored.
#[derive(Debug, Clone)]
pub struct EndpointRow {
    /// The domain it belongs to.
    pub domain: DomainId,
    /// Its identity.
    pub id: EndpointId,
    /// As typed.
    pub url: String,
    /// Signing secret, encrypted.
    pub secret: String,
    /// The secret before the last rotation, encrypted, and until when it signs too.
    pub previous_secret: Option<(String, Timestamp)>,
    /// Deliveries are held.
    pub paused: bool,
    /// Why, or empty.
    pub pause_reason: String,
    /// Last success, to the minute.
    pub last_delivered_at: Option<Timestamp>,
    /// When the first trigger named it.
    pub created_at: Timestamp,
}

fn decode(row: &Row) -> Result<EndpointRow, ReadError> {
    let previous = row.optional_text(4)?.zip(row.optional_integer(5)?);
    Ok(EndpointRow {
        domain: DomainId(row.integer(0)?),
        id: EndpointId(row.integer(1)?),
        url: row.text(2)?.to_owned(),
        secret: row.text(3)?.to_owned(),
        previous_secret: previous.map(|(secret, until)| (secret.to_owned(), Timestamp(until))),
        paused: row.boolean(6)?,
        pause_reason: row.text(7)?.to_owned(),
        last_delivered_at: row.optional_integer(8)?.map(Timestamp),
        created_at: Timestamp(row.integer(9)?),
    })
}

/// All endpoints of all domains.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader) -> Result<Vec<EndpointRow>, ReadError> {
    const SQL: &str =
        "select domain_id, endpoint_id, url, secret, previous_secret, previous_until_ms, paused,
        pause_reason, last_delivered_at_ms, created_at_ms from endpoints";
    reader.rows(Query::new(SQL, vec![])).await?.iter().map(decode).collect()
}

/// A page of a domain's endpoints by identity, after `after`.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    after: EndpointId,
    limit: i64,
) -> Result<Vec<EndpointRow>, ReadError> {
    const SQL: &str =
        "select domain_id, endpoint_id, url, secret, previous_secret, previous_until_ms, paused,
        pause_reason, last_delivered_at_ms, created_at_ms from endpoints
        where domain_id = $1 and endpoint_id > $2 order by endpoint_id limit $3";
    let params = vec![domain.0.into(), after.0.into(), limit.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// One endpoint.
///
/// # Errors
/// As the reader says.
pub async fn find(
    reader: &Reader,
    domain: DomainId,
    id: EndpointId,
) -> Result<Option<EndpointRow>, ReadError> {
    const SQL: &str = "select domain_id, endpoint_id, url, secret, previous_secret, previous_until_ms, paused,
        pause_reason, last_delivered_at_ms, created_at_ms from endpoints where domain_id = $1 and endpoint_id = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The endpoint for exactly this URL.
///
/// # Errors
/// As the reader says.
pub async fn find_by_url(
    reader: &Reader,
    domain: DomainId,
    url: &str,
) -> Result<Option<EndpointId>, ReadError> {
    const SQL: &str = "select endpoint_id from endpoints where domain_id = $1 and url = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), url.into()])).await?;
    row.map(|row| Ok(EndpointId(row.integer(0)?))).transpose()
}

/// How many deliveries of an endpoint stand where, cheaply: only what waits, is under way or gave up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Queued or retrying without an open call.
    pub waiting: i64,
    /// Given up since `since`.
    pub failed: i64,
}

/// Counts of an endpoint; `failed` counts those given up since `since`. At most 10 001 of each are counted.
///
/// # Errors
/// As the reader says.
pub async fn counts(
    reader: &Reader,
    domain: DomainId,
    id: EndpointId,
    since: Timestamp,
) -> Result<Counts, ReadError> {
    const WAITING: &str = "select count(*) from (select 1 from deliveries
        where endpoint_id = (select endpoint_id from endpoints where domain_id = $1 and endpoint_id = $2)
        and lease_owner is null and state in ('queued', 'retrying') limit 10001) as waiting";
    const FAILED: &str =
        "select count(*) from (select 1 from deliveries where domain_id = $1 and endpoint_id = $2
        and updated_at_ms >= $3 and state <> 'sending' and state <> 'delivered' and state = 'failed'
        limit 10001) as failed";
    let queries = vec![
        Query::new(WAITING, vec![domain.0.into(), id.0.into()]),
        Query::new(FAILED, vec![domain.0.into(), id.0.into(), since.0.into()]),
    ];
    let answers = reader.snapshot(queries).await?;
    let count = |at: usize| answers.get(at).and_then(|rows| rows.first()).map_or(Ok(0), |row| row.integer(0));
    Ok(Counts { waiting: count(0)?, failed: count(1)? })
}

/// Makes an endpoint; a URL that the domain has already is a conflict.
pub fn insert(endpoint: &EndpointRow) -> Step {
    const SQL: &str = "insert into endpoints
        (domain_id, endpoint_id, url, secret, paused, pause_reason, created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7)";
    Step::new(
        SQL,
        vec![
            endpoint.domain.0.into(),
            endpoint.id.0.into(),
            endpoint.url.as_str().into(),
            endpoint.secret.as_str().into(),
            endpoint.paused.into(),
            endpoint.pause_reason.as_str().into(),
            endpoint.created_at.0.into(),
        ],
    )
}

/// Puts a new secret in; the old one signs beside it until `until`.
pub fn rotate_secret(domain: DomainId, id: EndpointId, secret: &str, until: Timestamp) -> Step {
    const SQL: &str = "update endpoints set previous_secret = secret, previous_until_ms = $4, secret = $3
        where domain_id = $1 and endpoint_id = $2";
    Step::new(SQL, vec![domain.0.into(), id.0.into(), secret.into(), until.0.into()])
}

/// Holds an endpoint's deliveries, or lets them go on.
pub fn set_paused(domain: DomainId, id: EndpointId, paused: bool, reason: &str) -> Step {
    const SQL: &str =
        "update endpoints set paused = $3, pause_reason = $4 where domain_id = $1 and endpoint_id = $2";
    Step::new(SQL, vec![domain.0.into(), id.0.into(), paused.into(), reason.into()])
}

/// Remembers a success. The engine does so at most once a minute.
pub fn delivered(domain: DomainId, id: EndpointId, at: Timestamp) -> Step {
    const SQL: &str =
        "update endpoints set last_delivered_at_ms = $3 where domain_id = $1 and endpoint_id = $2";
    Step::new(SQL, vec![domain.0.into(), id.0.into(), at.0.into()])
}
