//! Table `attempts`: every call of every delivery and what came of it.

use crate::db::{Query, ReadError, Reader, Step};
use model::ids::{AttemptId, DeliveryId, DomainId};
use model::outcome::{Answer, Outcome};
use model::time::Timestamp;

/// An attempt as kept.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    /// Its identity.
    pub id: AttemptId,
    /// Which round of the delivery.
    pub round: i64,
    /// Its number in the round; an interrupted attempt's number is used again.
    pub number: i64,
    /// When the call began.
    pub started_at: Timestamp,
    /// When the verdict fell.
    pub verdict_at: Timestamp,
    /// When the call ended; none while it is open.
    pub ended_at: Option<Timestamp>,
    /// `accepted refused no_answer unreachable blocked cancelled interrupted late`.
    pub outcome: String,
    /// What the receiver answered.
    pub status_code: Option<i64>,
    /// What went wrong, or empty.
    pub error: String,
    /// Response head, `name: value` lines.
    pub response_head: String,
    /// Response body, as kept.
    pub response_body: String,
    /// The response body was longer than what is kept.
    pub response_truncated: bool,
}

/// The attempts of a delivery, oldest first.
///
/// # Errors
/// As the reader says.
pub async fn of_delivery(
    reader: &Reader,
    domain: DomainId,
    delivery: DeliveryId,
) -> Result<Vec<AttemptRow>, ReadError> {
    const SQL: &str = "select attempt_id, round, number, started_at_ms, verdict_at_ms, ended_at_ms, outcome,
        status_code, error, response_head, response_body, response_truncated
        from attempts where domain_id = $1 and delivery_id = $2 order by attempt_id limit 1000";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), delivery.0.into()])).await?;
    rows.iter()
        .map(|row| {
            Ok(AttemptRow {
                id: AttemptId(row.integer(0)?),
                round: row.integer(1)?,
                number: row.integer(2)?,
                started_at: Timestamp(row.integer(3)?),
                verdict_at: Timestamp(row.integer(4)?),
                ended_at: row.optional_integer(5)?.map(Timestamp),
                outcome: row.text(6)?.to_owned(),
                status_code: row.optional_integer(7)?,
                error: row.text(8)?.to_owned(),
                response_head: row.text(9)?.to_owned(),
                response_body: row.text(10)?.to_owned(),
                response_truncated: row.boolean(11)?,
            })
        })
        .collect()
}

/// What has a row once an attempt is stored.
pub fn proof(place: Place) -> Query {
    const SQL: &str =
        "select attempt_id from attempts where domain_id = $1 and delivery_id = $2 and attempt_id = $3";
    Query::new(SQL, vec![place.domain.0.into(), place.delivery.0.into(), place.id.0.into()])
}

/// What has a row once the end of an attempt is stored.
pub fn end_proof(place: Place) -> Query {
    const SQL: &str = "select attempt_id from attempts
        where domain_id = $1 and delivery_id = $2 and attempt_id = $3 and ended_at_ms is not null";
    Query::new(SQL, vec![place.domain.0.into(), place.delivery.0.into(), place.id.0.into()])
}

fn answer(outcome: &Outcome) -> Option<&Answer> {
    match outcome {
        Outcome::Answered(answer) => Some(answer),
        _ => None,
    }
}

/// Where an attempt stands among its delivery's.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Its domain.
    pub domain: DomainId,
    /// Its delivery.
    pub delivery: DeliveryId,
    /// Its identity.
    pub id: AttemptId,
    /// Which round.
    pub round: i64,
    /// Its number in the round.
    pub number: i64,
}

/// Keeps an attempt with its verdict; `ended_at` is none while its call goes on.
pub fn insert(
    place: Place,
    outcome: &Outcome,
    error: &str,
    started_at: Timestamp,
    verdict_at: Timestamp,
    ended_at: Option<Timestamp>,
) -> Step {
    const SQL: &str = "insert into attempts (domain_id, delivery_id, attempt_id, round, number, started_at_ms,
        verdict_at_ms, ended_at_ms, outcome, status_code, error, response_head, response_body, response_truncated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let answer = answer(outcome);
    Step::new(
        SQL,
        vec![
            place.domain.0.into(),
            place.delivery.0.into(),
            place.id.0.into(),
            place.round.into(),
            place.number.into(),
            started_at.0.into(),
            verdict_at.0.into(),
            ended_at.map(|at| at.0).into(),
            outcome.as_str().into(),
            answer.map(|answer| i64::from(answer.status)).into(),
            error.into(),
            answer.map_or("", |answer| &answer.head).into(),
            answer.map_or("", |answer| &answer.body).into(),
            answer.is_some_and(|answer| answer.body_truncated).into(),
        ],
    )
}

/// Completes an attempt whose call went on after its verdict. An answer that came now is `late`.
pub fn complete(place: Place, outcome: &Outcome, error: &str, ended_at: Timestamp) -> Step {
    const SQL: &str = "update attempts set ended_at_ms = $4, outcome = $5, status_code = $6, error = $7,
        response_head = $8, response_body = $9, response_truncated = $10
        where domain_id = $1 and delivery_id = $2 and attempt_id = $3";
    let answer = answer(outcome);
    Step::new(
        SQL,
        vec![
            place.domain.0.into(),
            place.delivery.0.into(),
            place.id.0.into(),
            ended_at.0.into(),
            if answer.is_some() { "late" } else { outcome.as_str() }.into(),
            answer.map(|answer| i64::from(answer.status)).into(),
            error.into(),
            answer.map_or("", |answer| &answer.head).into(),
            answer.map_or("", |answer| &answer.body).into(),
            answer.is_some_and(|answer| answer.body_truncated).into(),
        ],
    )
}
