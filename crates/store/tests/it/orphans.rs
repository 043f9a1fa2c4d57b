//! Lives here: leases whose node is gone: what becomes of the delivery, and of the attempt that was under way.
//! Not here: when they are taken back (the engine).

use model::delivery::State;
use model::ids::{DeliveryId, DomainId, EndpointId, IncarnationId};
use model::outcome::Outcome;
use model::retry::RetryPolicy;
use model::time::Timestamp;
use store::attempts::{self, AttemptRow};
use store::db::{Query, Write};
use store::deliveries::{self, Moved, NewDelivery};
use store::on_each_database;
use store::orphans;
use store::testing::TestDatabase;

use crate::rows::{
    DOMAIN, House, NODE, OTHER, OTHER_ENDPOINT, at, delivery, held, leased, moved, place, queue_cells,
};

on_each_database!(
    every_lease_is_an_orphan_and_nothing_else,
    a_cut_attempt_is_kept_and_uses_up_none_of_the_five,
    the_fourth_cut_counts_as_a_failed_attempt,
    a_fourth_cut_of_the_last_attempt_gives_up,
    a_verdict_stands_when_the_call_after_it_is_cut,
    taking_back_twice_changes_nothing_more,
);

/// When the next life begins.
const LATER: i64 = 600_000;
const WHY: &str = "interrupted: the server stopped during the call";

async fn take_back(house: &House) -> usize {
    let found = orphans::find(&house.reader(), 100).await.expect("read");
    let ids: Vec<i64> = (9_000_001..).take(found.len()).collect();
    let mut write = Write::new();
    for step in orphans::take_back(&found, &ids, &RetryPolicy::default(), at(LATER)) {
        write.push(step);
    }
    house.db().commit(write).await.expect("taken back");
    found.len()
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

async fn every_lease_is_an_orphan_and_nothing_else(database: TestDatabase) {
    let house = House::on(database).await;
    let other_node = NewDelivery { lease: Some(IncarnationId(2)), ..leased(2) };
    house.enqueue(&[leased(1), other_node, leased(3), delivery(4, 0), leased(5)]).await;
    let elsewhere = NewDelivery { endpoint: OTHER_ENDPOINT, ..leased(6) };
    house.done(deliveries::enqueue(OTHER, &[elsewhere], at(0))).await;
    house.done(deliveries::record(held(5, 1), &moved(State::Delivered), at(1))).await;
    let mut found: Vec<(DomainId, i64)> = orphans::find(&house.reader(), 100)
        .await
        .expect("read")
        .iter()
        .map(|orphan| (orphan.domain, orphan.id.0))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [(DOMAIN, 1), (DOMAIN, 2), (DOMAIN, 3), (OTHER, 6)]);
    assert_eq!(orphans::find(&house.reader(), 2).await.expect("read").len(), 2, "a slice");
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
    let found = orphans::find(&house.reader(), 100).await.expect("read");
    for (ids, ms) in [([41], LATER), ([42], 2 * LATER)] {
        let mut write = Write::new();
        for step in orphans::take_back(&found, &ids, &RetryPolicy::default(), at(ms)) {
            write.push(step);
        }
        house.db().commit(write).await.expect("taken back");
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
