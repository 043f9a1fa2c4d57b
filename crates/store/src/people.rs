//! Table `persons`: the record of each person, and what of it is searched.

use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use crate::json;
use model::ids::{AccessProfileId, DomainId};
use model::person_record::Person;
use model::text::fold;
use model::time::Timestamp;

/// The columns that [`decode`] reads, in its order.
macro_rules! columns {
    () => {
        "select p.data, p.person_id, p.version, p.created_at_ms, p.changed_at_ms from persons p "
    };
}

fn decode(row: &Row) -> Result<Person, ReadError> {
    let person: Person = json::decode(row.text(0)?, "persons", "data", row.text(1)?)?;
    let (created_at, changed_at) = (Timestamp(row.integer(3)?), Timestamp(row.integer(4)?));
    Ok(Person { version: row.integer(2)?, created_at, changed_at, ..person })
}

/// The person with this reference code.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, person_id: &str) -> Result<Option<Person>, ReadError> {
    const SQL: &str = concat!(columns!(), "where p.domain_id = $1 and p.person_id = $2");
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), person_id.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The people with these reference codes; those that do not exist are left out.
///
/// # Errors
/// As the reader says.
pub async fn find_many(reader: &Reader, domain: DomainId, ids: &[String]) -> Result<Vec<Person>, ReadError> {
    const SQL: &str = concat!(columns!(), "where p.domain_id = $1 and p.person_id = $2");
    let queries = ids.iter().map(|id| Query::new(SQL, vec![domain.0.into(), id.as_str().into()])).collect();
    let answers = reader.snapshot(queries).await?;
    answers.iter().filter_map(|rows| rows.first()).map(decode).collect()
}

/// The person with this name to log in with, case and accents folded.
///
/// # Errors
/// As the reader says.
pub async fn find_by_user_name(
    reader: &Reader,
    domain: DomainId,
    user_name: &str,
) -> Result<Option<Person>, ReadError> {
    const SQL: &str = concat!(columns!(), "where p.domain_id = $1 and p.user_name_folded = $2");
    let query = Query::new(SQL, vec![domain.0.into(), fold(user_name).into_owned().into()]);
    reader.first(query).await?.as_ref().map(decode).transpose()
}

/// Everybody who has an API key, of all domains; somebody with several keys comes more than once.
///
/// # Errors
/// As the reader says.
pub async fn key_holders(reader: &Reader) -> Result<Vec<(DomainId, Person)>, ReadError> {
    const SQL: &str = "select p.data, p.person_id, p.version, p.created_at_ms, p.changed_at_ms, p.domain_id
        from api_keys k join persons p on p.domain_id = k.domain_id and p.person_id = k.person_id";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter().map(|row| Ok((DomainId(row.integer(5)?), decode(row)?))).collect()
}

/// Whether somebody active has one of these profiles, other than `but`.
///
/// # Errors
/// As the reader says.
pub async fn is_any_active(
    reader: &Reader,
    domain: DomainId,
    profiles: &[AccessProfileId],
    but: &str,
) -> Result<bool, ReadError> {
    const SQL: &str = "select person_id from persons
        where domain_id = $1 and profile_id = $2 and is_active and person_id <> $3 limit 1";
    let query = |id: &AccessProfileId| Query::new(SQL, vec![domain.0.into(), id.0.into(), but.into()]);
    let answers = reader.snapshot(profiles.iter().map(query).collect()).await?;
    Ok(answers.iter().any(|rows| !rows.is_empty()))
}

/// Whether somebody has this profile.
///
/// # Errors
/// As the reader says.
pub async fn is_in_use(
    reader: &Reader,
    domain: DomainId,
    profile: AccessProfileId,
) -> Result<bool, ReadError> {
    const SQL: &str = "select person_id from persons where domain_id = $1 and profile_id = $2 limit 1";
    Ok(reader.first(Query::new(SQL, vec![domain.0.into(), profile.0.into()])).await?.is_some())
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
    const SQL: &str =
        concat!(columns!(), "where p.domain_id = $1 and p.person_id > $2 order by p.person_id limit $3");
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), after.into(), limit.into()])).await?;
    rows.iter().map(decode).collect()
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
    const SQL: &str = concat!(columns!(), "where p.domain_id = $1 order by p.person_id limit $3 offset $2");
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), skip.into(), limit.into()])).await?;
    rows.iter().map(decode).collect()
}

/// Which people of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The name begins with this, case and accents folded; empty for all.
    pub name: String,
    /// The default e-mail address is this, case folded.
    pub email: Option<String>,
    /// Who has this profile.
    pub profile: Option<AccessProfileId>,
    /// Active people only, or the others only.
    pub is_active: Option<bool>,
}

macro_rules! by_name {
    () => {
        "and p.name_folded >= $2 and p.name_folded < $3 and (p.name_folded, p.person_id) > ($4, $5)
        and ((p.is_active and $6 = 1) or (not p.is_active and $7 = 1))
        order by p.name_folded, p.person_id limit $8"
    };
}

/// The key of a person in [`list`]: the folded name and the reference code.
pub fn key(person: &Person) -> (String, String) {
    (fold(&person.reference.business_name).into_owned(), person.reference.id.clone())
}

/// People in the order of their names, after the one with that [`key`].
///
/// # Errors
/// As the reader says.
pub async fn list(
    reader: &Reader,
    domain: DomainId,
    filter: &Filter,
    after: Option<(String, String)>,
    limit: i64,
) -> Result<Vec<Person>, ReadError> {
    const ALL: &str = concat!(columns!(), "where p.domain_id = $1 ", by_name!());
    const PROFILE: &str = concat!(columns!(), "where p.domain_id = $1 and p.profile_id = $9 ", by_name!());
    // An address has few people: they may be sorted.
    const EMAIL: &str = concat!(
        columns!(),
        "where p.domain_id = $1 and p.email_folded = $9 and (p.profile_id = $10 or $11 = 1) ",
        by_name!()
    );
    let from = fold(&filter.name).into_owned();
    // No letter comes after this one.
    let to = format!("{from}\u{10ffff}");
    let (name, code) = after.unwrap_or_default();
    let wants = |active: bool| i64::from(filter.is_active.is_none_or(|wanted| wanted == active));
    let mut params: Vec<Value> = vec![domain.0.into(), from.into(), to.into(), name.into(), code.into()];
    params.extend([wants(true).into(), wants(false).into(), limit.into()]);
    let sql = match (&filter.email, filter.profile) {
        (None, None) => ALL,
        (None, Some(profile)) => {
            params.push(profile.0.into());
            PROFILE
        }
        (Some(email), profile) => {
            params.push(fold(email).into_owned().into());
            params.extend([profile.map_or(0, |id| id.0).into(), i64::from(profile.is_none()).into()]);
            EMAIL
        }
    };
    reader.rows(Query::new(sql, params)).await?.iter().map(decode).collect()
}

fn cells(domain: DomainId, person: &Person) -> Vec<Value> {
    let reference = &person.reference;
    let user_name = Some(fold(&person.texts.user_name).into_owned()).filter(|name| !name.is_empty());
    vec![
        domain.0.into(),
        reference.id.as_str().into(),
        person.version.into(),
        fold(&reference.business_name).into_owned().into(),
        fold(&reference.email).into_owned().into(),
        user_name.into(),
        i64::from(reference.person_type).into(),
        i64::from(reference.profile_type).into(),
        person.access_profile.0.into(),
        person.is_active.into(),
        json::encode(person),
    ]
}

/// Makes a person; a reference code or a user name that exists is a conflict. The links and teams of the record are
/// rows of their own.
pub fn insert(domain: DomainId, person: &Person, at: Timestamp) -> Step {
    const SQL: &str = "insert into persons (domain_id, person_id, version, name_folded, email_folded,
        user_name_folded, person_type, profile_type, profile_id, is_active, data, created_at_ms, changed_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    let mut params = cells(domain, person);
    params.push(at.0.into());
    Step::new(SQL, params)
}

/// Writes a person as they stand; misses when somebody else changed them since the version before was read. A user name
/// that exists is a conflict.
pub fn update(domain: DomainId, person: &Person) -> Step {
    const SQL: &str =
        "update persons set version = $3, name_folded = $4, email_folded = $5, user_name_folded = $6,
        person_type = $7, profile_type = $8, profile_id = $9, is_active = $10, data = $11, changed_at_ms = $12
        where domain_id = $1 and person_id = $2 and version = $3 - 1";
    let mut params = cells(domain, person);
    params.push(person.changed_at.0.into());
    Step::guarded(SQL, params)
}

/// Removes a person; misses when they have an API key, when others are linked to them, or when somebody else changed
/// them since `version` was read.
pub fn delete(domain: DomainId, person_id: &str, version: i64) -> Step {
    const SQL: &str = "delete from persons where domain_id = $1 and person_id = $2 and version = $3
        and not exists (select 1 from api_keys k where k.domain_id = $1 and k.person_id = $2)
        and not exists (select 1 from person_links l where l.domain_id = $1 and l.organization_id = $2)";
    Step::guarded(SQL, vec![domain.0.into(), person_id.into(), version.into()])
}
