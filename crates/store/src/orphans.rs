//! Deliveries whose node is gone: their leases are taken back and what was under way is marked `interrupted`.
//! On SQLite the data-directory lock is the lease, so at start every lease is an orphan.

use crate::db::{Query, ReadError, Reader, Step, Value};
use model::ids::{DeliveryId, DomainId, IncarnationId};
use model::retry::{INTERRUPTIONS_MAX, RetryPolicy};
use model::time::Timestamp;

/// Lives that hold leases and are over: they are in no row of `nodes`.
///
/// # Errors
/// As the reader says.
pub async fn owners(reader: &Reader) -> Result<Vec<IncarnationId>, ReadError> {
    const SQL: &str = "select distinct lease_owner from deliveries where lease_owner is not null
        and not exists (select 1 from nodes where incarnation = lease_owner)";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter().map(|row| Ok(IncarnationId(row.integer(0)?))).collect()
}

/// Takes all leases of a life back. A cut attempt uses up none of the five, three times at most; then it counts as
/// failed. What an integration tells has no number of attempts. A call that had failed already keeps its verdict and ends now. All cut attempts get the same number: it need
/// only be unique within a delivery.
pub fn take_back(owner: IncarnationId, attempt_id: i64, policy: &RetryPolicy, now: Timestamp) -> Vec<Step> {
    let owned: Vec<Value> = vec![owner.0.into(), now.0.into()];
    let mut cut = owned.clone();
    cut.push(attempt_id.into());
    let mut freed = owned.clone();
    freed.extend(rules(policy));
    vec![Step::new(CUT_OWNED, cut), Step::new(END_OWNED, owned), Step::new(FREE_OWNED, freed)]
}

/// The same for one delivery, whose call its own node cut. Stale when the lease was lost.
pub fn interrupt(
    domain: DomainId,
    id: DeliveryId,
    owner: IncarnationId,
    attempt_id: i64,
    policy: &RetryPolicy,
    now: Timestamp,
) -> Vec<Step> {
    const HELD: &str = "update deliveries set updated_at_ms = updated_at_ms
        where delivery_id = $2 and domain_id = $1 and lease_owner = $3";
    let key = || -> Vec<Value> { vec![owner.0.into(), now.0.into()] };
    let one = |mut params: Vec<Value>| {
        params.extend([domain.0.into(), id.0.into()]);
        params
    };
    let mut cut = key();
    cut.push(attempt_id.into());
    let mut freed = key();
    freed.extend(rules(policy));
    vec![
        Step::guarded(HELD, vec![domain.0.into(), id.0.into(), owner.0.into()]),
        Step::new(CUT_ONE, one(cut)),
        Step::new(END_ONE, one(key())),
        Step::new(FREE_ONE, one(freed)),
    ]
}

fn rules(policy: &RetryPolicy) -> [Value; 3] {
    [
        i64::from(INTERRUPTIONS_MAX).into(),
        i64::from(policy.attempts_max()).into(),
        policy.retry_every_ms.into(),
    ]
}

/// Why the calls of a life that is over were cut.
macro_rules! stopped {
    () => {
        "interrupted: the server stopped during the call"
    };
}

/// Why a node cuts its own call.
macro_rules! out_of_reach {
    () => {
        "interrupted: the database was out of reach, so the call was cut"
    };
}

/// An attempt row for each call that was cut before its verdict.
macro_rules! cut {
    ($why:ident, $which:literal) => {
        concat!(
            "insert into attempts (domain_id, delivery_id, attempt_id, round, number, started_at_ms,
            verdict_at_ms, ended_at_ms, outcome, status_code, error, response_head, response_body, response_truncated)
        select domain_id, delivery_id, cast($3 as bigint), round, attempts, updated_at_ms, $2, $2, 'interrupted', null,
            '",
            $why!(),
            "', '', '', false
        from deliveries where state = 'sending' and lease_owner = $1",
            $which
        )
    };
}

/// The end of each call that went on after its verdict.
macro_rules! end {
    ($why:ident, $which:literal) => {
        concat!(
            "update attempts set ended_at_ms = $2,
            error = error || '; ",
            $why!(),
            "'
        where ended_at_ms is null and (domain_id, delivery_id) in (
            select domain_id, delivery_id from deliveries where lease_owner = $1",
            $which,
            ")"
        )
    };
}

/// Whether an attempt follows, however often the calls were cut: an integration's deliveries are never given up.
macro_rules! goes_on {
    () => {
        "(attempts < $4 or exists (select 1 from triggers where triggers.domain_id = deliveries.domain_id
            and triggers.trigger_id = deliveries.trigger_id and triggers.integration_id is not null))"
    };
}

macro_rules! free {
    ($why:ident, $which:literal) => {
        concat!(
            "update deliveries set
        state = case
            when state <> 'sending' then state
            when interrupted < $3 then (case when attempts > 1 then 'retrying' else 'queued' end)
            when ",
            goes_on!(),
            " then 'retrying' else 'failed' end,
        due_at_ms = case
            when state = 'sending' and interrupted < $3 then cast($2 as bigint)
            when state = 'sending' and ",
            goes_on!(),
            " then $2 + $5
            when state = 'retrying' then (case when failed_at_ms + $5 > $2 then failed_at_ms + $5 else $2 end) end,
        error = case when state = 'sending' then '",
            $why!(),
            "' else error end,
        attempts = case when state = 'sending' and interrupted < $3 then attempts - 1 else attempts end,
        interrupted = case when state = 'sending' then interrupted + 1 else interrupted end,
        lease_owner = null, updated_at_ms = $2
        where lease_owner = $1",
            $which
        )
    };
}

const CUT_OWNED: &str = cut!(stopped, "");
const CUT_ONE: &str = cut!(out_of_reach, " and domain_id = $4 and delivery_id = $5");
const END_OWNED: &str = end!(stopped, "");
const END_ONE: &str = end!(out_of_reach, " and domain_id = $3 and delivery_id = $4");
const FREE_OWNED: &str = free!(stopped, "");
const FREE_ONE: &str = free!(out_of_reach, " and domain_id = $6 and delivery_id = $7");
