//! Table `deliveries`: the queue. Every move is one guarded statement; the log is read in `log`.

use crate::db::{Query, ReadError, Reader, Row, Step, Value};
use model::cause::Cause;
use model::delivery::State;
use model::ids::{
    ChangeId, DeliveryId, DomainId, EndpointId, IncarnationId, IntegrationId, PayloadId, TriggerId,
};
use model::time::Timestamp;

/// A delivery to be enqueued.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Its identity, also the `webhook-id`.
    pub id: DeliveryId,
    /// Where to.
    pub endpoint: EndpointId,
    /// What.
    pub payload: PayloadId,
    /// The change it tells of.
    pub change: ChangeId,
    /// The trigger that fired.
    pub trigger: TriggerId,
    /// Its revision.
    pub trigger_revision: i64,
    /// Its name at that time.
    pub trigger_name: String,
    /// The ticket.
    pub ticket_number: i64,
    /// The ticket's version.
    pub ticket_version: i64,
    /// Where the change stands in its chain of causes.
    pub cause: Cause,
    /// `Queued`, or `Sending` when `lease` is set, or `Failed` past the backlog limit.
    pub state: State,
    /// The node that sends it at once.
    pub lease: Option<IncarnationId>,
    /// When its first attempt is due; none when it failed already.
    pub due_at: Option<Timestamp>,
    /// Why it failed already, or empty.
    pub error: String,
}

/// Enqueues deliveries. Whoever leases them has seen that their endpoint is not paused; a pause takes effect in the
/// memory of its node first, so that what is leased after it was decided before it.
pub fn enqueue(domain: DomainId, deliveries: &[NewDelivery], at: Timestamp) -> Step {
    // Plain values, no `returning`, no `select`: each of them costs a temporary table for every row.
    const SQL: &str = "insert into deliveries (delivery_id, domain_id, endpoint_id, payload_id, change_id, trigger_id,
        trigger_revision, trigger_name, ticket_number, ticket_version, cause_root, cause_depth, state, round, attempts,
        interrupted, due_at_ms, lease_owner, error, created_at_ms, updated_at_ms, cause_integration)
        values ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $18, 0, $14, $15, $16, $17, $17, $19)";
    let row = |delivery: &NewDelivery| -> Vec<Value> {
        vec![
            domain.0.into(),
            delivery.id.0.into(),
            delivery.endpoint.0.into(),
            delivery.payload.0.into(),
            delivery.change.0.into(),
            delivery.trigger.0.into(),
            delivery.trigger_revision.into(),
            delivery.trigger_name.as_str().into(),
            delivery.ticket_number.into(),
            delivery.ticket_version.into(),
            delivery.cause.root.0.into(),
            i64::from(delivery.cause.depth).into(),
            delivery.state.as_str().into(),
            delivery.due_at.map(|due| due.0).into(),
            delivery.lease.map(|lease| lease.0).into(),
            delivery.error.as_str().into(),
            at.0.into(),
            i64::from(delivery.state == State::Sending).into(),
            delivery.cause.integration.map(|integration| integration.0).into(),
        ]
    };
    Step::many(SQL, deliveries.iter().map(row).collect())
}

/// A delivery that this node has under lease, with all that a call needs but the body.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its domain.
    pub domain: DomainId,
    /// Its identity.
    pub id: DeliveryId,
    /// Where to.
    pub endpoint: EndpointId,
    /// What.
    pub payload: PayloadId,
    /// The ticket.
    pub ticket_number: i64,
    /// The ticket's version.
    pub ticket_version: i64,
    /// Where the change stands in its chain of causes.
    pub cause: Cause,
    /// From 1; more than 1 after a resend.
    pub round: i64,
    /// The number of the attempt that begins, from 1.
    pub attempt: i64,
}

/// Columns of a [`Claim`], in the order that `decode_claim` reads.
fn decode_claim(row: &Row) -> Result<Claim, ReadError> {
    Ok(Claim {
        domain: DomainId(row.integer(0)?),
        id: DeliveryId(row.integer(1)?),
        endpoint: EndpointId(row.integer(2)?),
        payload: PayloadId(row.integer(3)?),
        ticket_number: row.integer(4)?,
        ticket_version: row.integer(5)?,
        cause: Cause {
            root: ChangeId(row.integer(6)?),
            depth: u32::try_from(row.integer(7)?).unwrap_or(u32::MAX),
            integration: row.optional_integer(10)?.map(IntegrationId),
        },
        round: row.integer(8)?,
        attempt: row.integer(9)?,
    })
}

/// Reads the rows that [`claim`] returned.
///
/// # Errors
/// A row that means nothing.
pub fn claimed(rows: &[Row]) -> Result<Vec<Claim>, ReadError> {
    rows.iter().map(decode_claim).collect()
}

/// Takes what is due for an endpoint, oldest due first, at most `limit`; nothing while it is paused.
pub fn claim(endpoint: EndpointId, node: IncarnationId, now: Timestamp, limit: i64) -> Step {
    const SQL: &str = "update deliveries set state = 'sending', attempts = attempts + 1, lease_owner = $2, updated_at_ms = $3
        where delivery_id in (
            select delivery_id from deliveries
            where endpoint_id = $1 and lease_owner is null and state in ('queued', 'retrying') and due_at_ms <= $3
                and not exists (select 1 from endpoints e
                    where e.domain_id = deliveries.domain_id and e.endpoint_id = $1 and e.paused)
            order by due_at_ms, delivery_id limit $4 /* skip locked */)
        returning domain_id, delivery_id, endpoint_id, payload_id, ticket_number, ticket_version, cause_root,
            cause_depth, round, attempts, cause_integration";
    Step::new(SQL, vec![endpoint.0.into(), node.0.into(), now.0.into(), limit.into()])
}

/// Rows under this node's lease that wait for a call: all but those whose failed call is still open.
///
/// # Errors
/// As the reader says.
pub async fn leased_to(reader: &Reader, node: IncarnationId) -> Result<Vec<Claim>, ReadError> {
    const SQL: &str = "select domain_id, delivery_id, endpoint_id, payload_id, ticket_number, ticket_version,
            cause_root, cause_depth, round, attempts, cause_integration
        from deliveries where lease_owner = $1 and state = 'sending'";
    claimed(&reader.rows(Query::new(SQL, vec![node.0.into()])).await?)
}

/// When something is due next, by endpoint; paused endpoints are left out.
///
/// # Errors
/// As the reader says.
pub async fn next_due(reader: &Reader) -> Result<Vec<(DomainId, EndpointId, Timestamp)>, ReadError> {
    const SQL: &str = "select domain_id, endpoint_id, due from (
            select e.domain_id, e.endpoint_id, (select min(d.due_at_ms) from deliveries d
                where d.endpoint_id = e.endpoint_id and d.lease_owner is null and d.state in ('queued', 'retrying')) as due
            from endpoints e where not e.paused) as waiting
        where due is not null";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter()
        .map(|row| Ok((DomainId(row.integer(0)?), EndpointId(row.integer(1)?), Timestamp(row.integer(2)?))))
        .collect()
}

/// When something is due next for one endpoint.
///
/// # Errors
/// As the reader says.
pub async fn next_due_of(reader: &Reader, endpoint: EndpointId) -> Result<Option<Timestamp>, ReadError> {
    const SQL: &str = "select min(due_at_ms) from deliveries
        where endpoint_id = $1 and lease_owner is null and state in ('queued', 'retrying')";
    let row = reader.first(Query::new(SQL, vec![endpoint.0.into()])).await?;
    Ok(row.map(|row| row.optional_integer(0)).transpose()?.flatten().map(Timestamp))
}

/// Who holds which attempt of which delivery: the guard of every record.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Its domain.
    pub domain: DomainId,
    /// Which delivery.
    pub id: DeliveryId,
    /// The node that has it.
    pub node: IncarnationId,
    /// Which round.
    pub round: i64,
    /// Which attempt of the round.
    pub attempt: i64,
}

/// What a delivery becomes.
#[derive(Debug, Clone)]
pub struct Moved<'m> {
    /// The next state.
    pub state: State,
    /// When the next attempt is due.
    pub due_at: Option<Timestamp>,
    /// The lease stays, since the call is still open.
    pub keep_lease: bool,
    /// When the attempt failed.
    pub failed_at: Option<Timestamp>,
    /// The log's error, or empty.
    pub error: &'m str,
    /// What the receiver answered, if it did.
    pub status_code: Option<i64>,
}

/// Records the verdict of the attempt under way; misses when the lease is lost.
pub fn record(held: Held, moved: &Moved<'_>, now: Timestamp) -> Step {
    const SQL: &str = "update deliveries set state = $6, due_at_ms = $7, lease_owner = $8, failed_at_ms = $9,
        error = $10, status_code = $11, updated_at_ms = $12
        where delivery_id = $2 and domain_id = $1 and lease_owner = $3 and round = $4 and attempts = $5
            and state = 'sending'";
    let mut params = held_params(held);
    params.extend([
        moved.state.as_str().into(),
        moved.due_at.map(|due| due.0).into(),
        moved.keep_lease.then_some(held.node.0).into(),
        moved.failed_at.map(|at| at.0).into(),
        moved.error.into(),
        moved.status_code.into(),
        now.0.into(),
    ]);
    Step::guarded(SQL, params)
}

/// Records the end of a call whose attempt had failed already, and gives the lease back; the state stays, and only what
/// still retries is due again.
pub fn record_end(held: Held, moved: &Moved<'_>, now: Timestamp) -> Step {
    const SQL: &str =
        "update deliveries set due_at_ms = case when state = 'retrying' then cast($6 as bigint) end,
        lease_owner = null, failed_at_ms = $7, error = $8, status_code = $9, updated_at_ms = $10
        where delivery_id = $2 and domain_id = $1 and lease_owner = $3 and round = $4 and attempts = $5
            and state in ('retrying', 'failed', 'cancelled')";
    let mut params = held_params(held);
    params.extend([
        moved.due_at.map(|due| due.0).into(),
        moved.failed_at.map(|at| at.0).into(),
        moved.error.into(),
        moved.status_code.into(),
        now.0.into(),
    ]);
    Step::guarded(SQL, params)
}

fn held_params(held: Held) -> Vec<Value> {
    vec![held.domain.0.into(), held.id.0.into(), held.node.0.into(), held.round.into(), held.attempt.into()]
}

/// Gives deliveries back that no call was begun for; they are due at once and the attempt is not counted.
pub fn hand_back(node: IncarnationId, ids: &[(DomainId, DeliveryId)], now: Timestamp) -> Step {
    const SQL: &str =
        "update deliveries set state = case when attempts > 1 then 'retrying' else 'queued' end,
        attempts = attempts - 1, lease_owner = null, due_at_ms = $4, updated_at_ms = $4
        where delivery_id = $2 and domain_id = $1 and lease_owner = $3 and state = 'sending'";
    let row = |(domain, id): &(DomainId, DeliveryId)| {
        vec![domain.0.into(), id.0.into(), node.0.into(), now.0.into()]
    };
    Step::many(SQL, ids.iter().map(row).collect())
}

/// Closed deliveries begin a new round: same row, same bytes, same `webhook-id`. Only those whose call has ended.
pub fn resend(domain: DomainId, ids: &[DeliveryId], now: Timestamp) -> Step {
    const SQL: &str =
        "update deliveries set state = 'queued', round = round + 1, attempts = 0, interrupted = 0,
        due_at_ms = $3, failed_at_ms = null, updated_at_ms = $3
        where delivery_id = $2 and domain_id = $1 and state in ('delivered', 'failed', 'cancelled')
            and lease_owner is null
        returning delivery_id, endpoint_id";
    Step::many(SQL, ids.iter().map(|id| vec![domain.0.into(), id.0.into(), now.0.into()]).collect())
}

/// Calls a delivery off that waits for its first or its next attempt, paused or not; no row while a call is open, or when
/// it is closed.
pub fn cancel(domain: DomainId, id: DeliveryId, now: Timestamp) -> Step {
    const SQL: &str = "update deliveries set state = 'cancelled', due_at_ms = null, updated_at_ms = $3
        where delivery_id = $2 and domain_id = $1 and state in ('queued', 'retrying') and lease_owner is null
        returning delivery_id";
    Step::new(SQL, vec![domain.0.into(), id.0.into(), now.0.into()])
}

/// How many deliveries of an endpoint wait or are under way, at most 10 001, and when the oldest of them was made.
///
/// # Errors
/// As the reader says.
pub async fn waiting(
    reader: &Reader,
    domain: DomainId,
    endpoint: EndpointId,
) -> Result<(i64, Option<Timestamp>), ReadError> {
    const SQL: &str = "select count(*), min(created_at_ms) from (select created_at_ms from deliveries
        where endpoint_id = (select endpoint_id from endpoints where domain_id = $1 and endpoint_id = $2)
        and lease_owner is null and state in ('queued', 'retrying')
        union all select created_at_ms from deliveries
        where lease_owner is not null and domain_id = $1 and endpoint_id = $2 limit 10001) as waiting";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), endpoint.0.into()])).await?;
    row.map_or(Ok((0, None)), |row| Ok((row.integer(0)?, row.optional_integer(1)?.map(Timestamp))))
}

/// How many deliveries of each domain are not closed.
///
/// # Errors
/// As the reader says.
pub async fn open_counts(reader: &Reader) -> Result<Vec<(DomainId, i64)>, ReadError> {
    const SQL: &str =
        "select domain_id, (select count(*) from deliveries d where d.domain_id = domains.domain_id
            and d.state <> 'sending' and d.state <> 'delivered' and d.state in ('queued', 'retrying'))
            + (select count(*) from deliveries d where d.domain_id = domains.domain_id
                and d.lease_owner is not null and d.state = 'sending')
        from domains";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter().map(|row| Ok((DomainId(row.integer(0)?), row.integer(1)?))).collect()
}
