//! Table `integration_actions`: entries of threads that came in from other domains, each once.

use crate::db::{Query, ReadError, Reader, Step, Value};
use crate::json;
use model::ids::{DomainId, IntegrationId};

/// An entry that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The ticket here.
    pub ticket: i64,
    /// The counterpart's number.
    pub remote_number: i64,
    /// The entry over there.
    pub remote_action: i64,
    /// The entry here.
    pub action: i64,
    /// Keys of the files that came with it, as the other side has them.
    pub files: Vec<String>,
}

/// What became of an entry over there; none if it never came.
///
/// # Errors
/// As the reader says.
pub async fn find(
    reader: &Reader,
    domain: DomainId,
    integration: IntegrationId,
    (ticket, remote_number): (i64, i64),
    remote_action: i64,
) -> Result<Option<Arrived>, ReadError> {
    const SQL: &str = "select action_id, files from integration_actions
        where domain_id = $1 and integration_id = $2 and ticket_number = $3 and remote_number = $4
            and remote_action = $5";
    let entry = [ticket, remote_number, remote_action].map(Into::into);
    let params = [domain.0.into(), integration.0.into()].into_iter().chain(entry).collect();
    let row = reader.first(Query::new(SQL, params)).await?;
    row.map(|row| {
        let files = json::decode(row.text(1)?, "integration_actions", "files", remote_action)?;
        Ok(Arrived { ticket, remote_number, remote_action, action: row.integer(0)?, files })
    })
    .transpose()
}

fn cells(domain: DomainId, integration: IntegrationId, arrived: &Arrived) -> Vec<Value> {
    vec![
        domain.0.into(),
        integration.0.into(),
        arrived.ticket.into(),
        arrived.remote_number.into(),
        arrived.remote_action.into(),
        arrived.action.into(),
        json::encode(&arrived.files),
    ]
}

/// Takes note of entries that came; one that came before is a conflict.
pub fn insert(domain: DomainId, integration: IntegrationId, arrived: &[Arrived]) -> Step {
    const SQL: &str =
        "insert into integration_actions (domain_id, integration_id, ticket_number, remote_number, remote_action,
            action_id, files)
        values ($1, $2, $3, $4, $5, $6, $7)";
    Step::many(SQL, arrived.iter().map(|arrived| cells(domain, integration, arrived)).collect())
}

/// Takes note of files that came later.
pub fn set_files(domain: DomainId, integration: IntegrationId, arrived: &Arrived) -> Step {
    const SQL: &str = "update integration_actions set files = $7 where domain_id = $1 and integration_id = $2
        and ticket_number = $3 and remote_number = $4 and remote_action = $5 and action_id = $6";
    Step::new(SQL, cells(domain, integration, arrived))
}

/// Forgets all entries of an integration.
pub fn delete_all(domain: DomainId, integration: IntegrationId) -> Step {
    const SQL: &str = "delete from integration_actions where domain_id = $1 and integration_id = $2";
    Step::new(SQL, vec![domain.0.into(), integration.0.into()])
}
