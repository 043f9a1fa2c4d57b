//! Tables `notices` and `notice_reads`: one row per subject and outage, read state per person.

use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use model::ids::{DomainId, EndpointId, NoticeId, TriggerId};
use model::notice::{Notice, NoticeKind};
use model::time::Timestamp;

/// Something to be noticed: opens a notice, or counts on in the one that is open about the same subject.
#[derive(Debug, Clone)]
pub struct Event {
    /// Identity of the notice if one is opened.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// What it is about, as one text; an open notice of one kind about one subject is one row.
    pub subject: String,
    /// The endpoint it is about.
    pub endpoint: Option<EndpointId>,
    /// The trigger it is about.
    pub trigger: Option<TriggerId>,
    /// The ticket of this event.
    pub ticket_number: Option<i64>,
    /// What happened, in words.
    pub text: String,
    /// 1 when a delivery was given up: then it must be read again.
    pub gave_up: i64,
    /// When.
    pub at: Timestamp,
}

/// Opens or counts on.
pub fn notice(domain: DomainId, event: &Event) -> Step {
    const SQL: &str =
        "insert into notices (domain_id, notice_id, kind, subject, endpoint_id, trigger_id, ticket_number,
        text, count, gave_up, revision, opened_at_ms, updated_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, 1, $10, $10)
        on conflict (domain_id, kind, subject) where recovered_at_ms is null do update set
            count = notices.count + 1, gave_up = notices.gave_up + excluded.gave_up,
            revision = notices.revision + excluded.gave_up, text = excluded.text,
            ticket_number = excluded.ticket_number, updated_at_ms = excluded.updated_at_ms";
    Step::new(
        SQL,
        vec![
            domain.0.into(),
            event.id.0.into(),
            event.kind.as_str().into(),
            event.subject.as_str().into(),
            event.endpoint.map(|id| id.0).into(),
            event.trigger.map(|id| id.0).into(),
            event.ticket_number.into(),
            event.text.as_str().into(),
            event.gave_up.into(),
            event.at.0.into(),
        ],
    )
}

/// Closes the open notice about a subject: it recovered.
pub fn recover(domain: DomainId, kind: NoticeKind, subject: &str, at: Timestamp) -> Step {
    const SQL: &str = "update notices set recovered_at_ms = $4, updated_at_ms = $4
        where domain_id = $1 and kind = $2 and subject = $3 and recovered_at_ms is null";
    Step::new(SQL, vec![domain.0.into(), kind.as_str().into(), subject.into(), at.0.into()])
}

/// Endpoints about which a failure notice is open.
///
/// # Errors
/// As the reader says.
pub async fn failing_endpoints(reader: &Reader) -> Result<Vec<EndpointId>, ReadError> {
    const SQL: &str = "select endpoint_id from notices
        where kind = 'webhook_failing' and recovered_at_ms is null and endpoint_id is not null";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter().map(|row| Ok(EndpointId(row.integer(0)?))).collect()
}

/// Whether a notice of this kind about this subject is open.
///
/// # Errors
/// As the reader says.
pub async fn is_open(
    reader: &Reader,
    domain: DomainId,
    kind: NoticeKind,
    subject: &str,
) -> Result<bool, ReadError> {
    const SQL: &str = "select notice_id from notices
        where domain_id = $1 and kind = $2 and subject = $3 and recovered_at_ms is null";
    let params = vec![domain.0.into(), kind.as_str().into(), subject.into()];
    Ok(reader.first(Query::new(SQL, params)).await?.is_some())
}

fn decode(row: &Row) -> Result<Notice, ReadError> {
    let id = NoticeId(row.integer(0)?);
    Ok(Notice {
        id,
        kind: NoticeKind::parse(row.text(1)?).ok_or_else(|| row.corrupt("notices", "kind", id))?,
        endpoint: row.optional_integer(2)?.map(EndpointId),
        url: row.optional_text(3)?.unwrap_or_default().to_owned(),
        trigger: row.optional_integer(4)?.map(TriggerId),
        ticket_number: row.optional_integer(5)?,
        text: row.text(6)?.to_owned(),
        count: row.integer(7)?,
        gave_up: row.integer(8)?,
        opened_at: Timestamp(row.integer(9)?),
        updated_at: Timestamp(row.integer(10)?),
        recovered_at: row.optional_integer(11)?.map(Timestamp),
        read: row.integer(12)? != 0,
    })
}

/// A page of a domain's notices as a person sees them, newest update first. `url` holds its secrets still.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    person_id: &str,
    after: Option<(Timestamp, NoticeId)>,
    limit: i64,
) -> Result<Vec<Notice>, ReadError> {
    const SQL: &str = "select n.notice_id, n.kind, n.endpoint_id, e.url, n.trigger_id, n.ticket_number, n.text, n.count,
            n.gave_up, n.opened_at_ms, n.updated_at_ms, n.recovered_at_ms,
            case when r.revision is not null and r.revision >= n.revision then 1 else 0 end
        from notices n
        left join endpoints e on e.domain_id = n.domain_id and e.endpoint_id = n.endpoint_id
        left join notice_reads r on r.domain_id = n.domain_id and r.notice_id = n.notice_id and r.person_id = $2
        where n.domain_id = $1 and (n.updated_at_ms, n.notice_id) < ($3, $4)
        order by n.updated_at_ms desc, n.notice_id desc limit $5";
    let (updated, id) = after.unwrap_or((Timestamp(i64::MAX), NoticeId(i64::MAX)));
    let params: Vec<Value> =
        vec![domain.0.into(), person_id.into(), updated.0.into(), id.0.into(), limit.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// How many of the newest 200 notices a person has not read as they stand.
///
/// # Errors
/// As the reader says.
pub async fn unread(reader: &Reader, domain: DomainId, person_id: &str) -> Result<i64, ReadError> {
    const SQL: &str = "select count(*) from (select notice_id, revision from notices where domain_id = $1
            order by updated_at_ms desc, notice_id desc limit 200) n
        where not exists (select 1 from notice_reads r where r.domain_id = $1 and r.notice_id = n.notice_id
            and r.person_id = $2 and r.revision >= n.revision)";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), person_id.into()])).await?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// Marks a notice read by a person as it stands; changes nothing when it does not exist. Returns its identity.
pub fn mark_read(domain: DomainId, id: NoticeId, person_id: &str) -> Step {
    const SQL: &str = "insert into notice_reads (domain_id, notice_id, person_id, revision)
        select domain_id, notice_id, $3, revision from notices where domain_id = $1 and notice_id = $2
        on conflict (domain_id, notice_id, person_id) do update set revision = excluded.revision
        returning notice_id";
    Step::new(SQL, vec![domain.0.into(), id.0.into(), person_id.into()])
}

/// Marks the newest 200 notices read by a person as they stand: those that [`unread`] counts.
pub fn mark_all_read(domain: DomainId, person_id: &str) -> Step {
    const SQL: &str = "insert into notice_reads (domain_id, notice_id, person_id, revision)
        select n.domain_id, n.notice_id, $2, n.revision from (select domain_id, notice_id, revision from notices
            where domain_id = $1 order by updated_at_ms desc, notice_id desc limit 200) as n
        where n.revision > 0
        on conflict (domain_id, notice_id, person_id) do update set revision = excluded.revision";
    Step::new(SQL, vec![domain.0.into(), person_id.into()])
}
