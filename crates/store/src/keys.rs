//! Table `api_keys`: hashes of the keys that programs show. The keys themselves are kept nowhere.

use crate::db::{Query, ReadError, Reader, Row, Step};
use model::ids::{AccessProfileId, DomainId, KeyId};
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
    /// Name of an access profile that narrows what the person may do; none for all of it.
    pub access_profile: Option<AccessProfileId>,
    /// The key that it replaces.
    pub rotated_from: Option<KeyId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last use that was written down; up to a minute or so behind.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

fn decode(row: &Row) -> Result<ApiKey, ReadError> {
    Ok(ApiKey {
        domain: DomainId(row.integer(0)?),
        id: KeyId(row.integer(1)?),
        hash: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        person_id: row.text(4)?.to_owned(),
        access_profile: row.optional_integer(5)?.map(AccessProfileId),
        rotated_from: row.optional_integer(6)?.map(KeyId),
        created_at: Timestamp(row.integer(7)?),
        last_used_at: row.optional_integer(8)?.map(Timestamp),
        expires_at: row.optional_integer(9)?.map(Timestamp),
    })
}

/// All keys of all domains.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader) -> Result<Vec<ApiKey>, ReadError> {
    const SQL: &str =
        "select domain_id, key_id, hash, name, person_id, profile_id, rotated_from, created_at_ms,
            last_used_at_ms, expires_at_ms
        from api_keys";
    reader.rows(Query::new(SQL, vec![])).await?.iter().map(decode).collect()
}

/// A domain's keys in the order in which they were made, after `after`.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    after: KeyId,
    limit: i64,
) -> Result<Vec<ApiKey>, ReadError> {
    const SQL: &str =
        "select domain_id, key_id, hash, name, person_id, profile_id, rotated_from, created_at_ms,
            last_used_at_ms, expires_at_ms
        from api_keys where domain_id = $1 and key_id > $2 order by key_id limit $3";
    let query = Query::new(SQL, vec![domain.0.into(), after.0.into(), limit.into()]);
    reader.rows(query).await?.iter().map(decode).collect()
}

/// The key with this identity.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, id: KeyId) -> Result<Option<ApiKey>, ReadError> {
    const SQL: &str =
        "select domain_id, key_id, hash, name, person_id, profile_id, rotated_from, created_at_ms,
            last_used_at_ms, expires_at_ms
        from api_keys where domain_id = $1 and key_id = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// Makes a key.
pub fn insert(key: &ApiKey) -> Step {
    const SQL: &str =
        "insert into api_keys (domain_id, key_id, hash, name, person_id, profile_id, rotated_from,
            created_at_ms, last_used_at_ms, expires_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    Step::new(
        SQL,
        vec![
            key.domain.0.into(),
            key.id.0.into(),
            key.hash.as_str().into(),
            key.name.as_str().into(),
            key.person_id.as_str().into(),
            key.access_profile.map(|id| id.0).into(),
            key.rotated_from.map(|id| id.0).into(),
            key.created_at.0.into(),
            key.last_used_at.map(|at| at.0).into(),
            key.expires_at.map(|at| at.0).into(),
        ],
    )
}

/// Gives a key another name; misses when there is no such key.
pub fn rename(domain: DomainId, id: KeyId, name: &str) -> Step {
    const SQL: &str = "update api_keys set name = $3 where domain_id = $1 and key_id = $2";
    Step::guarded(SQL, vec![domain.0.into(), id.0.into(), name.into()])
}

/// Lets a key work until then and no longer; misses when there is no such key.
pub fn set_end(domain: DomainId, id: KeyId, at: Timestamp) -> Step {
    const SQL: &str = "update api_keys set expires_at_ms = $3 where domain_id = $1 and key_id = $2";
    Step::guarded(SQL, vec![domain.0.into(), id.0.into(), at.0.into()])
}

/// Takes a key away; misses when there is no such key.
pub fn delete(domain: DomainId, id: KeyId) -> Step {
    const SQL: &str = "delete from api_keys where domain_id = $1 and key_id = $2";
    Step::guarded(SQL, vec![domain.0.into(), id.0.into()])
}

/// Writes down when keys were used last; an older use changes nothing.
pub fn used(uses: &[(DomainId, KeyId, Timestamp)]) -> Step {
    const SQL: &str = "update api_keys set last_used_at_ms = $3
        where domain_id = $1 and key_id = $2 and coalesce(last_used_at_ms, 0) < $3";
    let rows = uses.iter().map(|(domain, id, at)| vec![domain.0.into(), id.0.into(), at.0.into()]);
    Step::many(SQL, rows.collect())
}
