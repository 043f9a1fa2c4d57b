//! Tables `triggers` and `trigger_revisions`.

use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use crate::json;
use model::ids::{DomainId, IntegrationId, TriggerId};
use model::time::Timestamp;
use model::trigger::{Trigger, TriggerDraft};

fn decode(row: &Row) -> Result<Trigger, ReadError> {
    let id = TriggerId(row.integer(0)?);
    Ok(Trigger {
        id,
        revision: row.integer(1)?,
        position: row.integer(2)?,
        draft: json::decode(row.text(3)?, "triggers", "draft", id)?,
        managed_by: row.optional_integer(6)?.map(IntegrationId),
        created_at: Timestamp(row.integer(4)?),
        updated_at: Timestamp(row.integer(5)?),
    })
}

/// All triggers of a domain, in order.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader, domain: DomainId) -> Result<Vec<Trigger>, ReadError> {
    const SQL: &str =
        "select trigger_id, revision, position, draft, created_at_ms, updated_at_ms, integration_id
        from triggers where domain_id = $1 order by position, trigger_id";
    reader.rows(Query::new(SQL, vec![domain.0.into()])).await?.iter().map(decode).collect()
}

/// A page of triggers in order, after the one at (`position`, `id`).
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    after: Option<(i64, TriggerId)>,
    limit: i64,
) -> Result<Vec<Trigger>, ReadError> {
    const SQL: &str = "select trigger_id, revision, position, draft, created_at_ms, updated_at_ms, integration_id
        from triggers where domain_id = $1 and (position, trigger_id) > ($2, $3) order by position, trigger_id limit $4";
    let (position, id) = after.unwrap_or((i64::MIN, TriggerId(i64::MIN)));
    let params = vec![domain.0.into(), position.into(), id.0.into(), limit.into()];
    reader.rows(Query::new(SQL, params)).await?.iter().map(decode).collect()
}

/// How many triggers of a domain stand up to and at (`position`, `id`); all of them without a place.
///
/// # Errors
/// As the reader says.
pub async fn count(
    reader: &Reader,
    domain: DomainId,
    up_to: Option<(i64, TriggerId)>,
) -> Result<i64, ReadError> {
    const SQL: &str =
        "select count(*) from triggers where domain_id = $1 and (position, trigger_id) <= ($2, $3)";
    let (position, id) = up_to.unwrap_or((i64::MAX, TriggerId(i64::MAX)));
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), position.into(), id.0.into()])).await?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// One trigger.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, id: TriggerId) -> Result<Option<Trigger>, ReadError> {
    const SQL: &str =
        "select trigger_id, revision, position, draft, created_at_ms, updated_at_ms, integration_id
        from triggers where domain_id = $1 and trigger_id = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?;
    row.as_ref().map(decode).transpose()
}

/// A revision of a trigger as it was in force.
#[derive(Debug, Clone)]
pub struct Revision {
    /// From 1.
    pub revision: i64,
    /// Its place in the order.
    pub position: i64,
    /// It ends the trigger.
    pub deleted: bool,
    /// What somebody wrote.
    pub draft: TriggerDraft,
}

/// The revision that was in force under a configuration revision; none if the trigger was made later.
///
/// # Errors
/// As the reader says.
pub async fn revision_at(
    reader: &Reader,
    domain: DomainId,
    id: TriggerId,
    config_revision: i64,
) -> Result<Option<Revision>, ReadError> {
    const SQL: &str = "select revision, position, deleted, draft from trigger_revisions
        where domain_id = $1 and trigger_id = $2 and config_revision <= $3 order by revision desc limit 1";
    let params: Vec<Value> = vec![domain.0.into(), id.0.into(), config_revision.into()];
    let row = reader.first(Query::new(SQL, params)).await?;
    row.map(|row| {
        Ok(Revision {
            revision: row.integer(0)?,
            position: row.integer(1)?,
            deleted: row.boolean(2)?,
            draft: json::decode(row.text(3)?, "trigger_revisions", "draft", id)?,
        })
    })
    .transpose()
}

/// Writes a trigger as it stands: new or changed.
pub fn save(domain: DomainId, trigger: &Trigger) -> Step {
    const SQL: &str = "insert into triggers
        (domain_id, trigger_id, revision, position, name, enabled, draft, created_at_ms, updated_at_ms,
            integration_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (domain_id, trigger_id) do update set revision = excluded.revision, position = excluded.position,
            name = excluded.name, enabled = excluded.enabled, draft = excluded.draft,
            updated_at_ms = excluded.updated_at_ms";
    Step::new(
        SQL,
        vec![
            domain.0.into(),
            trigger.id.0.into(),
            trigger.revision.into(),
            trigger.position.into(),
            trigger.draft.name.as_str().into(),
            trigger.draft.enabled.into(),
            json::encode(&trigger.draft),
            trigger.created_at.0.into(),
            trigger.updated_at.0.into(),
            trigger.managed_by.map(|integration| integration.0).into(),
        ],
    )
}

/// Keeps a revision, in force from `config_revision` on.
pub fn keep_revision(
    domain: DomainId,
    trigger: &Trigger,
    config_revision: i64,
    deleted: bool,
    saved_by: &str,
) -> Step {
    const SQL: &str = "insert into trigger_revisions
        (domain_id, trigger_id, revision, config_revision, position, deleted, draft, saved_by, saved_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    Step::new(
        SQL,
        vec![
            domain.0.into(),
            trigger.id.0.into(),
            trigger.revision.into(),
            config_revision.into(),
            trigger.position.into(),
            deleted.into(),
            json::encode(&trigger.draft),
            saved_by.into(),
            trigger.updated_at.0.into(),
        ],
    )
}

/// Removes a trigger; its revisions stay.
pub fn delete(domain: DomainId, id: TriggerId) -> Step {
    const SQL: &str = "delete from triggers where domain_id = $1 and trigger_id = $2";
    Step::new(SQL, vec![domain.0.into(), id.0.into()])
}
