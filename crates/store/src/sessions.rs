//! Table `sessions`: who has logged in, where, and until when. Only hashes of their tokens are kept.

use crate::db::{Query, ReadError, Reader, Row, Step};
use model::ids::{DomainId, SessionId};
use model::time::Timestamp;

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The domain it is in.
    pub domain: DomainId,
    /// Its identity.
    pub id: SessionId,
    /// Whose it is.
    pub person_id: String,
    /// When they logged in.
    pub created_at: Timestamp,
    /// The last request, to the minute.
    pub seen_at: Timestamp,
    /// When it ends even if it is used.
    pub ends_at: Timestamp,
    /// What the browser says it is.
    pub user_agent: String,
    /// The address it came from at the log-in.
    pub source: String,
}

fn decode(row: &Row) -> Result<Session, ReadError> {
    Ok(Session {
        domain: DomainId(row.integer(0)?),
        id: SessionId(row.integer(1)?),
        person_id: row.text(2)?.to_owned(),
        created_at: Timestamp(row.integer(3)?),
        seen_at: Timestamp(row.integer(4)?),
        ends_at: Timestamp(row.integer(5)?),
        user_agent: row.text(6)?.to_owned(),
        source: row.text(7)?.to_owned(),
    })
}

/// The session whose token has this hash, over or not.
///
/// # Errors
/// As the reader says.
pub async fn find_by_hash(
    reader: &Reader,
    domain: DomainId,
    hash: &str,
) -> Result<Option<Session>, ReadError> {
    const SQL: &str =
        "select domain_id, session_id, person_id, created_at_ms, seen_at_ms, ends_at_ms, user_agent, source
        from sessions where domain_id = $1 and hash = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), hash.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// The session with this identity, over or not.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, id: SessionId) -> Result<Option<Session>, ReadError> {
    const SQL: &str =
        "select domain_id, session_id, person_id, created_at_ms, seen_at_ms, ends_at_ms, user_agent, source
        from sessions where domain_id = $1 and session_id = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// A person's sessions that are not over, in the order in which they began, after `after`. `seen_after` is the instant
/// since which they must have been used.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    person_id: &str,
    after: SessionId,
    (now, seen_after): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Session>, ReadError> {
    const SQL: &str =
        "select domain_id, session_id, person_id, created_at_ms, seen_at_ms, ends_at_ms, user_agent, source
        from sessions
        where domain_id = $1 and person_id = $2 and session_id > $3 and ends_at_ms > $4 and seen_at_ms > $5
        order by session_id limit $6";
    let params = vec![
        domain.0.into(),
        person_id.into(),
        after.0.into(),
        now.0.into(),
        seen_after.0.into(),
        limit.into(),
    ];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// Begins a session. `hash` is that of its token.
pub fn insert(session: &Session, hash: &str) -> Step {
    const SQL: &str =
        "insert into sessions (domain_id, session_id, hash, person_id, created_at_ms, seen_at_ms, ends_at_ms,
            user_agent, source)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    Step::new(
        SQL,
        vec![
            session.domain.0.into(),
            session.id.0.into(),
            hash.into(),
            session.person_id.as_str().into(),
            session.created_at.0.into(),
            session.seen_at.0.into(),
            session.ends_at.0.into(),
            session.user_agent.as_str().into(),
            session.source.as_str().into(),
        ],
    )
}

/// Remembers that a session is used. The engine does so at most once a minute.
pub fn seen(domain: DomainId, id: SessionId, at: Timestamp) -> Step {
    const SQL: &str =
        "update sessions set seen_at_ms = $3 where domain_id = $1 and session_id = $2 and seen_at_ms < $3";
    Step::new(SQL, vec![domain.0.into(), id.0.into(), at.0.into()])
}

/// Ends a session.
pub fn delete(domain: DomainId, id: SessionId) -> Step {
    const SQL: &str = "delete from sessions where domain_id = $1 and session_id = $2";
    Step::new(SQL, vec![domain.0.into(), id.0.into()])
}

/// Ends all sessions of a person but one; `kept` may name none that exists.
pub fn delete_of_person(domain: DomainId, person_id: &str, kept: SessionId) -> Step {
    const SQL: &str = "delete from sessions where domain_id = $1 and person_id = $2 and session_id <> $3";
    Step::new(SQL, vec![domain.0.into(), person_id.into(), kept.0.into()])
}

/// Removes those of a domain that are over.
pub fn prune(domain: DomainId, now: Timestamp, seen_before: Timestamp) -> Step {
    const SQL: &str = "delete from sessions where domain_id = $1 and (ends_at_ms <= $2 or seen_at_ms <= $3)";
    Step::new(SQL, vec![domain.0.into(), now.0.into(), seen_before.0.into()])
}
