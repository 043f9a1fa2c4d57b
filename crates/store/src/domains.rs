//! Table `domains`: the tenants, their words and the revision that every administrative write guards and raises.

use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use crate::json;
use model::classification::Classification;
use model::ids::DomainId;
use model::time::Timestamp;

/// A domain as stored.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Its identity.
    pub id: DomainId,
    /// Unique name.
    pub name: String,
    /// Language of its names and messages.
    pub locale: String,
    /// Rises with each administrative write.
    pub config_revision: i64,
    /// Its words.
    pub classification: Classification,
    /// The hosts under which its people log in, in lower case.
    pub host_names: Vec<String>,
    /// Its keys and sessions are refused; its deliveries go on.
    pub suspended: bool,
}

fn decode(row: &Row) -> Result<Domain, ReadError> {
    let id = DomainId(row.integer(0)?);
    Ok(Domain {
        id,
        name: row.text(1)?.to_owned(),
        locale: row.text(2)?.to_owned(),
        config_revision: row.integer(3)?,
        classification: json::decode(row.text(4)?, "domains", "classification", id)?,
        host_names: json::decode(row.text(5)?, "domains", "host_names", id)?,
        suspended: row.boolean(6)?,
    })
}

/// All domains.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader) -> Result<Vec<Domain>, ReadError> {
    const SQL: &str = "select domain_id, name, locale, config_revision, classification, host_names, suspended from domains order by domain_id";
    reader.rows(Query::new(SQL, vec![])).await?.iter().map(decode).collect()
}

/// One domain.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId) -> Result<Option<Domain>, ReadError> {
    const SQL: &str = "select domain_id, name, locale, config_revision, classification, host_names, suspended from domains where domain_id = $1";
    let row = reader.first(Query::new(SQL, vec![domain.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The configuration revision of every domain.
///
/// # Errors
/// As the reader says.
pub async fn revisions(reader: &Reader) -> Result<Vec<(DomainId, i64)>, ReadError> {
    const SQL: &str = "select domain_id, config_revision from domains";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter().map(|row| Ok((DomainId(row.integer(0)?), row.integer(1)?))).collect()
}

/// Makes a domain with revision 1.
pub fn insert(domain: &Domain, at: Timestamp) -> Step {
    const SQL: &str =
        "insert into domains (domain_id, name, locale, config_revision, classification, host_names, suspended, created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    Step::new(
        SQL,
        vec![
            domain.id.0.into(),
            domain.name.as_str().into(),
            domain.locale.as_str().into(),
            domain.config_revision.into(),
            json::encode(&domain.classification),
            json::encode(&domain.host_names),
            domain.suspended.into(),
            at.0.into(),
        ],
    )
}

/// The guard of every administrative write: misses when somebody else wrote since `revision` was read.
pub fn raise_revision(domain: DomainId, revision: i64) -> Step {
    const SQL: &str = "update domains set config_revision = config_revision + 1 where domain_id = $1 and config_revision = $2";
    Step::guarded(SQL, vec![domain.0.into(), revision.into()])
}

/// Tells every node that what it keeps of the domain in memory is out of date; for writes that need no guard.
pub fn touch_revision(domain: DomainId) -> Step {
    const SQL: &str = "update domains set config_revision = config_revision + 1 where domain_id = $1";
    Step::new(SQL, vec![domain.0.into()])
}

/// Replaces the domain's words; guarded by [`raise_revision`] in the same write.
pub fn set_classification(domain: DomainId, classification: &Classification) -> Step {
    const SQL: &str = "update domains set classification = $2 where domain_id = $1";
    let params: Vec<Value> = vec![domain.0.into(), json::encode(classification)];
    Step::new(SQL, params)
}

/// Refuses the domain's keys and sessions from now on, or no longer, and tells every node.
pub fn set_suspended(domain: DomainId, suspended: bool) -> Step {
    const SQL: &str =
        "update domains set suspended = $2, config_revision = config_revision + 1 where domain_id = $1";
    Step::guarded(SQL, vec![domain.0.into(), suspended.into()])
}

/// Replaces the hosts under which the domain's people log in, and tells every node.
pub fn set_host_names(domain: DomainId, host_names: &[String]) -> Step {
    const SQL: &str =
        "update domains set host_names = $2, config_revision = config_revision + 1 where domain_id = $1";
    Step::guarded(SQL, vec![domain.0.into(), json::encode(&host_names)])
}
