//! Table `api_keys`: hashes of the keys that programs show. The keys themselves are kept nowhere.

use crate::db::{Query, ReadError, Reader, Step};
use model::ids::{DomainId, KeyId};
use model::time::Timestamp;

/// A key as stored.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// The domain it opens.
    pub domain: DomainId,
    /// Its identity.
    pub id: KeyId,
    /// SHA-256 of the key, 64 hexadecimal digits.
    pub hash: String,
    /// What it is for.
    pub name: String,
    /// Who stands as author of what has none.
    pub person_id: String,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// All keys of all domains.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader) -> Result<Vec<ApiKey>, ReadError> {
    const SQL: &str = "select domain_id, key_id, hash, name, person_id, expires_at_ms from api_keys";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter()
        .map(|row| {
            Ok(ApiKey {
                domain: DomainId(row.integer(0)?),
                id: KeyId(row.integer(1)?),
                hash: row.text(2)?.to_owned(),
                name: row.text(3)?.to_owned(),
                person_id: row.text(4)?.to_owned(),
                expires_at: row.optional_integer(5)?.map(Timestamp),
            })
        })
        .collect()
}

/// Makes a key.
pub fn insert(key: &ApiKey, at: Timestamp) -> Step {
    const SQL: &str =
        "insert into api_keys (domain_id, key_id, hash, name, person_id, created_at_ms, expires_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7)";
    Step::new(
        SQL,
        vec![
            key.domain.0.into(),
            key.id.0.into(),
            key.hash.as_str().into(),
            key.name.as_str().into(),
            key.person_id.as_str().into(),
            at.0.into(),
            key.expires_at.map(|at| at.0).into(),
        ],
    )
}
