//! Table `ticket_histories`: in which status and with whom a ticket stood, and since when. Rows are only added.

use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use crate::json;
use model::history::{Entered, HistoryEntry};
use model::ids::DomainId;
use model::person::PersonRef;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a row's JSON holds.
#[derive(Serialize, Deserialize)]
struct Data {
    entered: Entered,
    #[serde(default, skip_serializing_if = "is_nobody")]
    changed_by: Option<PersonRef>,
}

fn is_nobody(person: &Option<PersonRef>) -> bool {
    person.is_none()
}

fn decode(row: &Row, number: i64) -> Result<HistoryEntry, ReadError> {
    let Data { entered, changed_by } = json::decode(row.text(3)?, "ticket_histories", "data", number)?;
    Ok(HistoryEntry {
        ticket_version: row.integer(0)?,
        position: row.integer(1)?,
        at: Timestamp(row.integer(2)?),
        entered,
        changed_by,
    })
}

fn query(domain: DomainId, number: i64, version: i64) -> Query {
    const SQL: &str = "select ticket_version, position, at_ms, data from ticket_histories
        where domain_id = $1 and ticket_number = $2 and ticket_version <= $3 order by ticket_version, position";
    Query::new(SQL, vec![domain.0.into(), number.into(), version.into()])
}

/// A ticket's entries up to a version of it, oldest first.
///
/// # Errors
/// As the reader says.
pub async fn of_ticket(
    reader: &Reader,
    domain: DomainId,
    number: i64,
    version: i64,
) -> Result<Vec<HistoryEntry>, ReadError> {
    let rows = reader.rows(query(domain, number, version)).await?;
    rows.iter().map(|row| decode(row, number)).collect()
}

/// The same of several tickets, each with its number and version, in their order and all of one moment.
///
/// # Errors
/// As the reader says.
pub async fn of_tickets(
    reader: &Reader,
    domain: DomainId,
    tickets: &[(i64, i64)],
) -> Result<Vec<Vec<HistoryEntry>>, ReadError> {
    let queries = tickets.iter().map(|(number, version)| query(domain, *number, *version)).collect();
    let answers = reader.snapshot(queries).await?;
    let entries =
        |(rows, (number, _)): (&Vec<Row>, &(i64, i64))| rows.iter().map(|row| decode(row, *number)).collect();
    answers.iter().zip(tickets).map(entries).collect()
}

/// Keeps the entries that a change adds.
pub fn add(domain: DomainId, number: i64, entries: &[HistoryEntry]) -> Step {
    const SQL: &str =
        "insert into ticket_histories (domain_id, ticket_number, ticket_version, position, at_ms, data)
        values ($1, $2, $3, $4, $5, $6)";
    let row = |entry: &HistoryEntry| -> Vec<Value> {
        let data = Data { entered: entry.entered.clone(), changed_by: entry.changed_by.clone() };
        vec![
            domain.0.into(),
            number.into(),
            entry.ticket_version.into(),
            entry.position.into(),
            entry.at.0.into(),
            json::encode(&data),
        ]
    };
    Step::many(SQL, entries.iter().map(row).collect())
}
