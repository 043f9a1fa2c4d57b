//! Pruning: what is older than the retention goes, in slices of 500, never a delivery that is open. A slice begins after
//! the last row that the one before it removed, so that what stays is passed once and not by every slice.

use crate::db::{Step, Value};
use model::time::Timestamp;

/// Rows of one slice.
pub const SLICE: i64 = 500;

/// Removes a slice of closed deliveries with their attempts; returns their identities.
pub fn prune_deliveries(before: Timestamp, after: i64) -> Vec<Step> {
    const ATTEMPTS: &str = "delete from attempts where (domain_id, delivery_id) in (
        select domain_id, delivery_id from deliveries where delivery_id > $4 and delivery_id < $1 and updated_at_ms < $2
            and state in ('delivered', 'failed', 'cancelled') and lease_owner is null
        order by delivery_id limit $3)";
    const DELIVERIES: &str = "delete from deliveries where delivery_id in (
        select delivery_id from deliveries where delivery_id > $4 and delivery_id < $1 and updated_at_ms < $2
            and state in ('delivered', 'failed', 'cancelled') and lease_owner is null
        order by delivery_id limit $3)
        returning delivery_id";
    let params = || vec![model::ids::first_at(before).into(), before.0.into(), SLICE.into(), after.into()];
    vec![Step::new(ATTEMPTS, params()), Step::new(DELIVERIES, params())]
}

/// Changes and payloads are numbered a moment before their deliveries: a minute's distance keeps those whose delivery
/// lies past the limit. What is left of the deliveries before it, once they were pruned, is little.
const DISTANCE_MS: i64 = 60_000;

fn what_deliveries_left(before: Timestamp, after: i64) -> Vec<Value> {
    let numbers_below = model::ids::first_at(before.plus_ms(-DISTANCE_MS));
    vec![numbers_below.into(), model::ids::first_at(before).into(), SLICE.into(), after.into()]
}

/// Removes a slice of payloads that no delivery needs any more.
pub fn prune_payloads(before: Timestamp, after: i64) -> Step {
    const SQL: &str = "delete from payloads where payload_id in (
        select payload_id from payloads where payload_id > $4 and payload_id < $1
            and payload_id not in (select payload_id from deliveries where delivery_id < $2)
        order by payload_id limit $3)
        returning payload_id";
    Step::new(SQL, what_deliveries_left(before, after))
}

/// Removes a slice of changes that no delivery needs any more. A ticket with a delivery from before the limit that is open,
/// or was until lately, keeps all of its changes: each is found through the one after it.
pub fn prune_changes(before: Timestamp, after: i64) -> Step {
    const SQL: &str = "delete from changes where change_id in (
        select change_id from changes where change_id > $4 and change_id < $1
            and (domain_id, ticket_number) not in (
                select domain_id, ticket_number from deliveries where delivery_id < $2)
        order by change_id limit $3)
        returning change_id";
    Step::new(SQL, what_deliveries_left(before, after))
}

/// Removes a slice of notices, with who read them: those that recovered, and those that never do. A notice about what
/// still fails or is paused stays.
pub fn prune_notices(before: Timestamp) -> Vec<Step> {
    const READS: &str = "delete from notice_reads where (domain_id, notice_id) in (
        select domain_id, notice_id from notices where updated_at_ms < $1
            and (recovered_at_ms is not null or kind not in ('webhook_failing', 'endpoint_paused'))
        order by domain_id, notice_id limit $2)";
    const NOTICES: &str = "delete from notices where (domain_id, notice_id) in (
        select domain_id, notice_id from notices where updated_at_ms < $1
            and (recovered_at_ms is not null or kind not in ('webhook_failing', 'endpoint_paused'))
        order by domain_id, notice_id limit $2)
        returning notice_id";
    let params = || vec![before.0.into(), SLICE.into()];
    vec![Step::new(READS, params()), Step::new(NOTICES, params())]
}
