//! Tables `persons` and `access_profiles`.

use crate::db::{Query, ReadError, Reader, Step};
use crate::json;
use model::access_profile::AccessProfile;
use model::ids::DomainId;
use model::person::Person;
use model::time::Timestamp;

/// The person with this reference code.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, person_id: &str) -> Result<Option<Person>, ReadError> {
    const SQL: &str = "select data from persons where domain_id = $1 and person_id = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), person_id.into()])).await?;
    row.map(|row| json::decode(row.text(0)?, "persons", "data", person_id)).transpose()
}

/// The people with these reference codes; those that do not exist are left out.
///
/// # Errors
/// As the reader says.
pub async fn find_many(reader: &Reader, domain: DomainId, ids: &[String]) -> Result<Vec<Person>, ReadError> {
    const SQL: &str = "select data from persons where domain_id = $1 and person_id = $2";
    let queries = ids.iter().map(|id| Query::new(SQL, vec![domain.0.into(), id.as_str().into()])).collect();
    let answers = reader.snapshot(queries).await?;
    let found = answers.iter().zip(ids).filter_map(|(rows, id)| Some((rows.first()?, id)));
    found.map(|(row, id)| json::decode(row.text(0)?, "persons", "data", id)).collect()
}

/// People in the order of their reference codes, after `after`.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    after: &str,
    limit: i64,
) -> Result<Vec<Person>, ReadError> {
    const SQL: &str = "select data, person_id from persons where domain_id = $1 and person_id > $2 order by person_id limit $3";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), after.into(), limit.into()])).await?;
    rows.iter().map(|row| json::decode(row.text(0)?, "persons", "data", row.text(1)?)).collect()
}

/// People in the order of their reference codes, without the first `skip`. The public API pages like that; each person
/// passed over costs a step in the index.
///
/// # Errors
/// As the reader says.
pub async fn skipping(
    reader: &Reader,
    domain: DomainId,
    skip: i64,
    limit: i64,
) -> Result<Vec<Person>, ReadError> {
    const SQL: &str =
        "select data, person_id from persons where domain_id = $1 order by person_id limit $3 offset $2";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), skip.into(), limit.into()])).await?;
    rows.iter().map(|row| json::decode(row.text(0)?, "persons", "data", row.text(1)?)).collect()
}

/// Makes a person; a reference code that exists is a conflict.
pub fn insert(domain: DomainId, person: &Person, at: Timestamp) -> Step {
    const SQL: &str =
        "insert into persons (domain_id, person_id, business_name, is_active, data, created_at_ms)
        values ($1, $2, $3, $4, $5, $6)";
    Step::new(
        SQL,
        vec![
            domain.0.into(),
            person.reference.id.as_str().into(),
            person.reference.business_name.as_str().into(),
            person.is_active.into(),
            json::encode(person),
            at.0.into(),
        ],
    )
}

/// All access profiles of a domain.
///
/// # Errors
/// As the reader says.
pub async fn profiles(reader: &Reader, domain: DomainId) -> Result<Vec<AccessProfile>, ReadError> {
    const SQL: &str = "select name, grants from access_profiles where domain_id = $1 order by name";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into()])).await?;
    rows.iter()
        .map(|row| {
            let name = row.text(0)?.to_owned();
            let grants = json::decode(row.text(1)?, "access_profiles", "grants", &name)?;
            Ok(AccessProfile { name, grants })
        })
        .collect()
}

/// Makes an access profile.
pub fn insert_profile(domain: DomainId, profile: &AccessProfile) -> Step {
    const SQL: &str = "insert into access_profiles (domain_id, name, grants) values ($1, $2, $3)";
    Step::new(SQL, vec![domain.0.into(), profile.name.as_str().into(), json::encode(&profile.grants)])
}
