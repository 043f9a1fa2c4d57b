//! Deliveries whose node is gone: their leases are taken back and what was under way is marked `interrupted`.
//! On SQLite the data-directory lock is the lease, so at start every lease is an orphan.

use crate::db::{Query, ReadError, Reader, Step, Value};
use model::ids::{DeliveryId, DomainId};
use model::retry::{INTERRUPTIONS_MAX, RetryPolicy};
use model::time::Timestamp;

/// A lease whose node is gone.
#[derive(Debug, Clone, Copy)]
pub struct Orphan {
    /// Its domain.
    pub domain: DomainId,
    /// Which delivery.
    pub id: DeliveryId,
}

/// Leases of any node, at most `limit`.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, limit: i64) -> Result<Vec<Orphan>, ReadError> {
    const SQL: &str = "select domain_id, delivery_id from deliveries where lease_owner is not null limit $1";
    let rows = reader.rows(Query::new(SQL, vec![limit.into()])).await?;
    rows.iter()
        .map(|row| Ok(Orphan { domain: DomainId(row.integer(0)?), id: DeliveryId(row.integer(1)?) }))
        .collect()
}

/// Takes the leases back. A cut attempt uses up none of the five, three times at most; then it counts as failed.
/// A call that had failed already keeps its verdict and ends now.
pub fn take_back(orphans: &[Orphan], attempt_ids: &[i64], policy: &RetryPolicy, now: Timestamp) -> Vec<Step> {
    vec![
        keep_cut_attempts(orphans, attempt_ids, now),
        end_open_attempts(orphans, now),
        free(orphans, policy, now),
    ]
}

/// An attempt row for each call that was cut before its verdict.
fn keep_cut_attempts(orphans: &[Orphan], attempt_ids: &[i64], now: Timestamp) -> Step {
    const SQL: &str = "insert into attempts (domain_id, delivery_id, attempt_id, round, number, started_at_ms,
            verdict_at_ms, ended_at_ms, outcome, status_code, error, response_head, response_body, response_truncated)
        select domain_id, delivery_id, $3, round, attempts, updated_at_ms, $4, $4, 'interrupted', null,
            'interrupted: the server stopped during the call', '', '', false
        from deliveries where delivery_id = $2 and domain_id = $1 and state = 'sending' and lease_owner is not null";
    let row = |(orphan, attempt): (&Orphan, &i64)| -> Vec<Value> {
        vec![orphan.domain.0.into(), orphan.id.0.into(), (*attempt).into(), now.0.into()]
    };
    Step::many(SQL, orphans.iter().zip(attempt_ids).map(row).collect())
}

fn end_open_attempts(orphans: &[Orphan], now: Timestamp) -> Step {
    const SQL: &str = "update attempts set ended_at_ms = $3, error = error || '; interrupted: the server stopped during the call'
        where domain_id = $1 and delivery_id = $2 and ended_at_ms is null";
    let row =
        |orphan: &Orphan| -> Vec<Value> { vec![orphan.domain.0.into(), orphan.id.0.into(), now.0.into()] };
    Step::many(SQL, orphans.iter().map(row).collect())
}

fn free(orphans: &[Orphan], policy: &RetryPolicy, now: Timestamp) -> Step {
    const SQL: &str = "update deliveries set
        state = case
            when state <> 'sending' then state
            when interrupted < $4 then (case when attempts > 1 then 'retrying' else 'queued' end)
            when attempts < $5 then 'retrying' else 'failed' end,
        due_at_ms = case
            when state = 'sending' and interrupted < $4 then cast($3 as bigint)
            when state = 'sending' and attempts < $5 then $3 + $6
            when state = 'retrying' then (case when failed_at_ms + $6 > $3 then failed_at_ms + $6 else $3 end) end,
        error = case when state = 'sending' then 'interrupted: the server stopped during the call' else error end,
        attempts = case when state = 'sending' and interrupted < $4 then attempts - 1 else attempts end,
        interrupted = case when state = 'sending' then interrupted + 1 else interrupted end,
        lease_owner = null, updated_at_ms = $3
        where delivery_id = $2 and domain_id = $1 and lease_owner is not null";
    let row = |orphan: &Orphan| -> Vec<Value> {
        vec![
            orphan.domain.0.into(),
            orphan.id.0.into(),
            now.0.into(),
            i64::from(INTERRUPTIONS_MAX).into(),
            i64::from(policy.attempts_max()).into(),
            policy.retry_every_ms.into(),
        ]
    };
    Step::many(SQL, orphans.iter().map(row).collect())
}
