//! Lives here: leases whose node is gone: what becomes of the delivery, and of the attempt that was under way.
//! Not here: when they are taken back (the engine).

use model::delivery::State;
use model::ids::{DeliveryId, EndpointId, IncarnationId, IntegrationId};
use model::outcome::Outcome;
use model::retry::RetryPolicy;
use model::time::Timestamp;
use store::attempts::{self, AttemptRow};
use store::db::{CommitError, Query, Step, Write};
use store::deliveries::{self, Moved, NewDelivery};
use store::on_each_database;
use store::testing::TestDatabase;
use store::{nodes, orphans, triggers};

use crate::configuration::trigger;
use crate::rows::{
    DOMAIN, House, NODE, OTHER, OTHER_ENDPOINT, at, delivery, held, leased, moved, place, queue_cells,
};

on_each_database!(
    a_lease_whose_owner_lives_is_no_orphan,
    a_node_takes_its_own_call_back,
    a_cut_attempt_is_kept_and_uses_up_none_of_the_five,
    the_fourth_cut_counts_as_a_failed_attempt,
    a_fourth_cut_of_the_last_attempt_gives_up,
    what_an_integration_tells_is_not_given_up,
    a_verdict_stands_when_the_call_after_it_is_cut,
    taking_back_twice_changes_nothing_more,
);

/// When the next life begins.
const LATER: i64 = 600_000;
const WHY: &str = "interrupted: the server stopped during the call";

/// Ends every life that holds a lease; tells how many leases there were.
async fn take_back(house: &House) -> i64 {
    let leases = house.count("select count(*) from deliveries where lease_owner is not null").await;
    for owner in orphans::owners(&house.reader()).await.expect("read") {
        commit(house, orphans::take_back(owner, 9_000_001, &RetryPolicy::default(), at(LATER))).await;
    }
    leases
}

async fn commit(house: &House, steps: Vec<Step>) {
    let mut write = Write::new();
    for step in steps {
        write.push(step);
    }
    house.db().commit(write).await.expect("taken back");
}

async fn attempts_of(house: &House, id: i64) -> Vec<AttemptRow> {
    attempts::of_delivery(&house.reader(), DOMAIN, DeliveryId(id)).await.expect("read")
}

/// A delivery under way in its `attempt`th attempt, cut `interrupted` times before.
async fn under_way(house: &House, id: i64, attempt: i64, interrupted: i64) {
    house.enqueue(&[leased(id)]).await;
    const SQL: &str =
        "update deliveries set attempts = $2, interrupted = $3, updated_at_ms = $4 where delivery_id = $1";
    let params = vec![id.into(), attempt.into(), interrupted.into(), at(5).0.into()];
    house.done(store::db::Step::new(SQL, params)).await;
}

async fn a_lease_whose_owner_lives_is_no_orphan(database: TestDatabase) {
    let house = House::on(database).await;
    let other_node = NewDelivery { lease: Some(IncarnationId(2)), ..leased(2) };
    house.enqueue(&[leased(1), other_node, leased(3), delivery(4, 0), leased(5)]).await;
    let elsewhere = NewDelivery { endpoint: OTHER_ENDPOINT, ..leased(6) };
    house.done(deliveries::enqueue(OTHER, &[elsewhere], at(0))).await;
    house.done(deliveries::record(held(5, 1), &moved(State::Delivered), at(1))).await;
    let owners = async || {
        let mut owners = orphans::owners(&house.reader()).await.expect("read");
        owners.sort_unstable();
        owners
    };
    assert_eq!(owners().await, [NODE, IncarnationId(2)]);
    let free = nodes::free_number(&house.reader()).await.expect("read").expect("one is free");
    house.done(nodes::join(free, IncarnationId(2), "host", at(0))).await;
    assert_eq!(owners().await, [NODE], "who lives keeps its leases");
    take_back(&house).await;
    assert_eq!(house.count("select count(*) from deliveries where lease_owner is not null").await, 1);
    assert_eq!(house.count("select delivery_id from deliveries where lease_owner = 2").await, 2);
}

async fn a_node_takes_its_own_call_back(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1), leased(2)]).await;
    let policy = RetryPolicy::default();
    let lost = orphans::interrupt(DOMAIN, DeliveryId(1), IncarnationId(2), 7, &policy, at(LATER));
    let mut write = Write::new();
    for step in lost {
        write.push(step);
    }
    assert_eq!(house.db().commit(write).await.err(), Some(CommitError::Stale), "it is somebody else's");
    commit(&house, orphans::interrupt(DOMAIN, DeliveryId(1), NODE, 7, &policy, at(LATER))).await;
    let row = house.queue_row(1).await;
    assert_eq!(row[..6], queue_cells(State::Queued, 1, 0, 1, Some(at(LATER)), None));
    assert!(attempts_of(&house, 1).await[0].error.contains("the database was out of reach"));
    assert_eq!(house.count("select count(*) from deliveries where lease_owner is not null").await, 1);
}

async fn a_cut_attempt_is_kept_and_uses_up_none_of_the_five(database: TestDatabase) {
    let house = House::on(database).await;
    // Cut in the first attempt for the first time, in the third for the third.
    under_way(&house, 1, 1, 0).await;
    under_way(&house, 2, 3, 2).await;
    assert_eq!(take_back(&house).await, 2);
    let due = Some(at(LATER));
    let row = house.queue_row(1).await;
    assert_eq!(row[..6], queue_cells(State::Queued, 1, 0, 1, due, None));
    assert_eq!(row[7], WHY.into());
    assert_eq!(house.queue_row(2).await[..6], queue_cells(State::Retrying, 1, 2, 3, due, None));
    for (id, number) in [(1, 1), (2, 3)] {
        let kept = attempts_of(&house, id).await;
        let [cut] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!((cut.round, cut.number, cut.outcome.as_str()), (1, number, "interrupted"));
        assert_eq!((cut.started_at, cut.verdict_at, cut.ended_at), (at(5), at(LATER), Some(at(LATER))));
        assert_eq!((cut.error.as_str(), cut.status_code), (WHY, None));
    }
    let again: Vec<_> = house.claim(LATER, 10).await.iter().map(|claim| claim.attempt).collect();
    assert_eq!(again, [1, 3], "the number of a cut attempt is used again");
}

async fn the_fourth_cut_counts_as_a_failed_attempt(database: TestDatabase) {
    let house = House::on(database).await;
    under_way(&house, 1, 4, 3).await;
    take_back(&house).await;
    let due = at(LATER + RetryPolicy::default().retry_every_ms);
    assert_eq!(house.queue_row(1).await[..6], queue_cells(State::Retrying, 1, 4, 4, Some(due), None));
    assert_eq!(attempts_of(&house, 1).await.len(), 1);
}

async fn a_fourth_cut_of_the_last_attempt_gives_up(database: TestDatabase) {
    let house = House::on(database).await;
    under_way(&house, 1, 5, 3).await;
    under_way(&house, 2, 5, 2).await;
    take_back(&house).await;
    let row = house.queue_row(1).await;
    assert_eq!(row[..6], queue_cells(State::Failed, 1, 5, 4, None, None));
    assert_eq!(row[7], WHY.into());
    let third = house.queue_row(2).await;
    assert_eq!(third[..6], queue_cells(State::Retrying, 1, 4, 3, Some(at(LATER)), None));
}

async fn what_an_integration_tells_is_not_given_up(database: TestDatabase) {
    let house = House::on(database).await;
    under_way(&house, 1, 5, 3).await;
    let mut kept = trigger(house.row(1).await.trigger.0, 1, "kept");
    kept.managed_by = Some(IntegrationId(9));
    house.done(triggers::save(DOMAIN, &kept)).await;
    take_back(&house).await;
    let due = at(LATER + RetryPolicy::default().retry_every_ms);
    assert_eq!(house.queue_row(1).await[..6], queue_cells(State::Retrying, 1, 5, 4, Some(due), None));
}

async fn a_verdict_stands_when_the_call_after_it_is_cut(database: TestDatabase) {
    let house = House::on(database).await;
    let lingers = |state| Moved { keep_lease: true, due_at: None, ..moved(state) };
    house.enqueue(&[leased(1), leased(2), leased(3)]).await;
    let failures = [
        (1, State::Retrying, at(0)),
        (2, State::Failed, at(0)),
        // So lately that the next attempt is not due yet.
        (3, State::Retrying, at(LATER - 10_000)),
    ];
    for (id, state, failed_at) in failures {
        let moved = Moved { failed_at: Some(failed_at), ..lingers(state) };
        house.done(deliveries::record(held(id, 1), &moved, failed_at)).await;
        let no_answer = Outcome::NoAnswer;
        let step = attempts::insert(place(id, 1), &no_answer, "no answer within 3 s", at(0), failed_at, None);
        house.done(step).await;
    }
    assert_eq!(take_back(&house).await, 3);
    let expected: [(i64, State, Option<Timestamp>); 3] = [
        (1, State::Retrying, Some(at(LATER))),
        (2, State::Failed, None),
        (3, State::Retrying, Some(at(LATER + 20_000))),
    ];
    for (id, state, due) in expected {
        let row = house.queue_row(id).await;
        assert_eq!(row[..6], queue_cells(state, 1, 1, 0, due, None), "{id}");
        assert_eq!(row[7], "answered 503".into(), "its error is that of the verdict");
        let kept = attempts_of(&house, id).await;
        let [attempt] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!((attempt.outcome.as_str(), attempt.ended_at), ("no_answer", Some(at(LATER))));
        assert_eq!(attempt.error, format!("no answer within 3 s; {WHY}"));
    }
}

async fn taking_back_twice_changes_nothing_more(database: TestDatabase) {
    let house = House::on(database).await;
    under_way(&house, 1, 2, 0).await;
    for (id, ms) in [(41, LATER), (42, 2 * LATER)] {
        commit(&house, orphans::take_back(NODE, id, &RetryPolicy::default(), at(ms))).await;
    }
    assert_eq!(
        house.queue_row(1).await[..6],
        queue_cells(State::Retrying, 1, 1, 1, Some(at(LATER)), None),
        "somebody else may have it by now"
    );
    assert_eq!(house.count("select count(*) from attempts").await, 1);
    assert_eq!(take_back(&house).await, 0);
    let endpoint: EndpointId = house.row(1).await.endpoint;
    let due = deliveries::next_due_of(&house.reader(), endpoint).await.expect("read");
    assert_eq!(due, Some(at(LATER)));
    let leases = Query::new("select count(*) from deliveries where lease_owner = $1", vec![NODE.0.into()]);
    assert_eq!(house.reader().rows(leases).await.expect("read")[0].integer(0), Ok(0));
}
