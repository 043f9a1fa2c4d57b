//! Tables `logins` and `login_names`: how people prove who they are. Only hashes of passwords are kept.

use crate::db::{Query, ReadError, Reader, Row, Step};
use model::ids::{AccessProfileId, DomainId};
use model::time::Timestamp;

/// A person's way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Whose it is.
    pub person_id: String,
    /// Argon2id with its parameters and salt, as a PHC string.
    pub password_hash: String,
    /// Somebody else set the password: nothing else is possible before it has been changed.
    pub must_change: bool,
    /// When the password was set.
    pub changed_at: Timestamp,
}

fn decode(row: &Row) -> Result<Login, ReadError> {
    Ok(Login {
        person_id: row.text(0)?.to_owned(),
        password_hash: row.text(1)?.to_owned(),
        must_change: row.boolean(2)?,
        changed_at: Timestamp(row.integer(3)?),
    })
}

/// The log-in of this person.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, person_id: &str) -> Result<Option<Login>, ReadError> {
    const SQL: &str = "select person_id, password_hash, must_change, changed_at_ms from logins
        where domain_id = $1 and person_id = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), person_id.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The log-in with this name, folded: a user name or an e-mail address.
///
/// # Errors
/// As the reader says.
pub async fn find_by_name(reader: &Reader, domain: DomainId, name: &str) -> Result<Option<Login>, ReadError> {
    const SQL: &str = "select l.person_id, l.password_hash, l.must_change, l.changed_at_ms from login_names n
        join logins l on l.domain_id = n.domain_id and l.person_id = n.person_id
        where n.domain_id = $1 and n.name = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), name.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The names by which a person logs in, in their order as text.
///
/// # Errors
/// As the reader says.
pub async fn names(reader: &Reader, domain: DomainId, person_id: &str) -> Result<Vec<String>, ReadError> {
    const SQL: &str = "select name from login_names where domain_id = $1 and person_id = $2 order by name";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), person_id.into()])).await?;
    rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Whether somebody active who has one of these profiles can log in.
///
/// # Errors
/// As the reader says.
pub async fn is_any_active(
    reader: &Reader,
    domain: DomainId,
    profiles: &[AccessProfileId],
) -> Result<bool, ReadError> {
    const SQL: &str = "select p.person_id from persons p
        join logins l on l.domain_id = p.domain_id and l.person_id = p.person_id
        where p.domain_id = $1 and p.profile_id = $2 and p.is_active limit 1";
    let query = |id: &AccessProfileId| Query::new(SQL, vec![domain.0.into(), id.0.into()]);
    let answers = reader.snapshot(profiles.iter().map(query).collect()).await?;
    Ok(answers.iter().any(|rows| !rows.is_empty()))
}

/// Gives a person a log-in, or another password.
pub fn save(domain: DomainId, login: &Login) -> Step {
    const SQL: &str = "insert into logins (domain_id, person_id, password_hash, must_change, changed_at_ms)
        values ($1, $2, $3, $4, $5)
        on conflict (domain_id, person_id) do update set password_hash = excluded.password_hash,
            must_change = excluded.must_change, changed_at_ms = excluded.changed_at_ms";
    Step::new(
        SQL,
        vec![
            domain.0.into(),
            login.person_id.as_str().into(),
            login.password_hash.as_str().into(),
            login.must_change.into(),
            login.changed_at.0.into(),
        ],
    )
}

/// Replaces a password by one that its owner chose; misses when the old one is no longer what was read.
pub fn change(domain: DomainId, old_hash: &str, login: &Login) -> Step {
    const SQL: &str = "update logins set password_hash = $4, must_change = $5, changed_at_ms = $6
        where domain_id = $1 and person_id = $2 and password_hash = $3";
    Step::guarded(
        SQL,
        vec![
            domain.0.into(),
            login.person_id.as_str().into(),
            old_hash.into(),
            login.password_hash.as_str().into(),
            login.must_change.into(),
            login.changed_at.0.into(),
        ],
    )
}

/// Takes away the names by which a person logs in.
pub fn clear_names(domain: DomainId, person_id: &str) -> Step {
    const SQL: &str = "delete from login_names where domain_id = $1 and person_id = $2";
    Step::new(SQL, vec![domain.0.into(), person_id.into()])
}

/// Takes a person's password away.
pub fn delete(domain: DomainId, person_id: &str) -> Step {
    const SQL: &str = "delete from logins where domain_id = $1 and person_id = $2";
    Step::new(SQL, vec![domain.0.into(), person_id.into()])
}

/// Gives a person a name to log in by, folded; one that another person has is a conflict.
pub fn insert_name(domain: DomainId, name: &str, person_id: &str) -> Step {
    const SQL: &str = "insert into login_names (domain_id, name, person_id) values ($1, $2, $3)";
    Step::new(SQL, vec![domain.0.into(), name.into(), person_id.into()])
}
