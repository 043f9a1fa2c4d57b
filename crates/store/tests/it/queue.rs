//! Lives here: how deliveries get into the queue and out of it again: enqueue, claim, hand back, what is due.
//! Not here: what is recorded of a call (`records`), leases whose node is gone (`orphans`).

use std::collections::BTreeSet;

use model::delivery::State;
use model::ids::{DeliveryId, IncarnationId};
use store::deliveries::{self, NewDelivery};
use store::endpoints::Counts;
use store::on_each_database;
use store::testing::TestDatabase;

use crate::rows::{
    DOMAIN, ENDPOINT, House, NODE, NOW, OTHER, OTHER_ENDPOINT, at, delivery, endpoint, held, leased, moved,
    queue_cells,
};

on_each_database!(
    a_claim_takes_what_is_due_oldest_first_and_no_more_than_asked_for,
    a_claim_tells_all_that_a_call_needs,
    two_claims_never_take_one_row,
    what_waits_for_a_paused_endpoint_is_not_claimed_and_goes_on_afterwards,
    a_claim_leaves_other_endpoints_and_other_states_alone,
    an_enqueued_delivery_is_leased_only_if_it_was_asked_for,
    what_is_due_next_is_known_by_endpoint,
    what_is_handed_back_is_due_at_once_and_has_lost_no_attempt,
    only_the_holder_of_a_lease_hands_back,
    open_deliveries_are_counted_by_domain,
    an_endpoint_counts_what_waits_and_what_gave_up,
);

fn ids(claims: &[deliveries::Claim]) -> Vec<i64> {
    claims.iter().map(|claim| claim.id.0).collect()
}

async fn a_claim_takes_what_is_due_oldest_first_and_no_more_than_asked_for(database: TestDatabase) {
    let house = House::on(database).await;
    house
        .enqueue(&[delivery(1, 50), delivery(2, 10), delivery(3, 10), delivery(4, 90), delivery(5, 30)])
        .await;
    assert!(house.claim(9, 10).await.is_empty(), "nothing is due yet");
    assert_eq!(ids(&house.claim(60, 2).await), [2, 3], "the same due time goes by age");
    assert_eq!(ids(&house.claim(60, 10).await), [1, 5]);
    assert!(house.claim(60, 10).await.is_empty(), "what is leased is not claimed again");
    assert_eq!(ids(&house.claim(90, 10).await), [4]);
}

async fn a_claim_tells_all_that_a_call_needs(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[delivery(14, 0)]).await;
    let claims = house.claim(5, 1).await;
    let [claim] = claims.as_slice() else { panic!("{claims:?}") };
    let wanted = delivery(14, 0);
    assert_eq!((claim.domain, claim.id, claim.endpoint), (DOMAIN, wanted.id, ENDPOINT));
    assert_eq!((claim.payload, claim.cause), (wanted.payload, wanted.cause));
    assert_eq!((claim.ticket_number, claim.ticket_version), (104, 3));
    assert_eq!((claim.round, claim.attempt), (1, 1));
    let row = house.queue_row(14).await;
    assert_eq!(row[..6], queue_cells(State::Sending, 1, 1, 0, Some(at(0)), Some(NODE)));
    assert_eq!(row[9], at(5).0.into(), "the call begins when it is claimed");
}

async fn two_claims_never_take_one_row(database: TestDatabase) {
    let house = House::on(database).await;
    let many: Vec<NewDelivery> = (1..=200).map(|id| delivery(id, 0)).collect();
    house.enqueue(&many).await;
    let mut tasks = Vec::new();
    for node in 1..=20 {
        let db = house.db().clone();
        let step = deliveries::claim(ENDPOINT, IncarnationId(node), at(1), 15);
        tasks.push(tokio::spawn(async move { db.commit(store::db::Write::new().step(step)).await }));
    }
    let mut seen = BTreeSet::new();
    for task in tasks {
        let done = task.await.expect("no panic").expect("claimed");
        for claim in deliveries::claimed(&done.returned[0]).expect("read") {
            assert!(seen.insert(claim.id), "{} was claimed twice", claim.id);
        }
    }
    assert_eq!(seen.len(), 200);
}

async fn what_waits_for_a_paused_endpoint_is_not_claimed_and_goes_on_afterwards(database: TestDatabase) {
    let house = House::on(database).await;
    house.pause(true).await;
    house.enqueue(&[delivery(1, 0)]).await;
    assert_eq!(house.row(1).await.state, State::Queued);
    assert!(house.claim(5, 10).await.is_empty());
    assert_eq!(deliveries::next_due(&house.reader()).await.expect("read"), [], "nobody waits for it");
    house.pause(false).await;
    assert_eq!(ids(&house.claim(5, 10).await), [1]);
}

async fn a_claim_leaves_other_endpoints_and_other_states_alone(database: TestDatabase) {
    let house = House::on(database).await;
    let elsewhere = NewDelivery { endpoint: OTHER_ENDPOINT, ..delivery(2, 0) };
    house.done(deliveries::enqueue(OTHER, &[elsewhere], NOW)).await;
    let failed =
        NewDelivery { state: State::Failed, due_at: None, error: "backlog limit".into(), ..delivery(3, 0) };
    house.enqueue(&[failed, leased(4), delivery(5, 0)]).await;
    assert_eq!(ids(&house.claim(5, 10).await), [5]);
    let row = house.row(3).await;
    assert_eq!((row.state, row.error.as_str(), row.attempts), (State::Failed, "backlog limit", 0));
}

async fn an_enqueued_delivery_is_leased_only_if_it_was_asked_for(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1), delivery(2, 0)]).await;
    assert_eq!(
        house.queue_row(1).await[..6],
        queue_cells(State::Sending, 1, 1, 0, Some(at(0)), Some(NODE)),
        "its first attempt counts from the start"
    );
    assert_eq!(house.queue_row(2).await[..6], queue_cells(State::Queued, 1, 0, 0, Some(at(0)), None));
    let mine = deliveries::leased_to(&house.reader(), NODE).await.expect("read");
    assert_eq!(ids(&mine), [1]);
    let others = deliveries::leased_to(&house.reader(), IncarnationId(2)).await.expect("read");
    assert!(others.is_empty());
    // A call that goes on after its verdict is under lease, but does not wait for a call.
    let lingers = deliveries::Moved { keep_lease: true, due_at: None, ..moved(State::Retrying) };
    house.done(deliveries::record(held(1, 1), &lingers, NOW)).await;
    assert!(deliveries::leased_to(&house.reader(), NODE).await.expect("read").is_empty());
}

async fn what_is_due_next_is_known_by_endpoint(database: TestDatabase) {
    let house = House::on(database).await;
    assert_eq!(deliveries::next_due_of(&house.reader(), ENDPOINT).await.expect("read"), None);
    let elsewhere = NewDelivery { endpoint: OTHER_ENDPOINT, ..delivery(3, 70) };
    house.done(deliveries::enqueue(OTHER, &[elsewhere], NOW)).await;
    house.enqueue(&[delivery(1, 50), delivery(2, 20), leased(4)]).await;
    let mut due = deliveries::next_due(&house.reader()).await.expect("read");
    due.sort_unstable();
    assert_eq!(due, [(DOMAIN, ENDPOINT, at(20)), (OTHER, OTHER_ENDPOINT, at(70))]);
    assert_eq!(deliveries::next_due_of(&house.reader(), ENDPOINT).await.expect("read"), Some(at(20)));
    house.claim(20, 1).await;
    assert_eq!(deliveries::next_due_of(&house.reader(), ENDPOINT).await.expect("read"), Some(at(50)));
}

async fn what_is_handed_back_is_due_at_once_and_has_lost_no_attempt(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[delivery(1, 0), delivery(2, 0)]).await;
    house.claim(1, 10).await;
    house.done(deliveries::record(held(2, 1), &moved(State::Retrying), at(2))).await;
    house.claim(30_000, 10).await;
    let both = [(DOMAIN, DeliveryId(1)), (DOMAIN, DeliveryId(2))];
    house.done(deliveries::hand_back(NODE, &both, at(40_000))).await;
    let due = Some(at(40_000));
    assert_eq!(house.queue_row(1).await[..6], queue_cells(State::Queued, 1, 0, 0, due, None));
    assert_eq!(house.queue_row(2).await[..6], queue_cells(State::Retrying, 1, 1, 0, due, None));
    let again: Vec<(i64, i64)> =
        house.claim(40_000, 10).await.iter().map(|claim| (claim.id.0, claim.attempt)).collect();
    assert_eq!(again, [(1, 1), (2, 2)]);
}

async fn only_the_holder_of_a_lease_hands_back(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    let before = house.queue_row(1).await;
    for (node, domain) in [(IncarnationId(2), DOMAIN), (NODE, OTHER)] {
        house.done(deliveries::hand_back(node, &[(domain, DeliveryId(1))], at(9))).await;
        assert_eq!(house.queue_row(1).await, before, "{node} {domain}");
    }
}

async fn open_deliveries_are_counted_by_domain(database: TestDatabase) {
    let house = House::on(database).await;
    let failed = NewDelivery { state: State::Failed, due_at: None, ..delivery(6, 0) };
    house.enqueue(&[delivery(1, 0), leased(2), leased(3), leased(4), leased(5), failed]).await;
    house.done(deliveries::record(held(3, 1), &moved(State::Delivered), NOW)).await;
    house.done(deliveries::record(held(4, 1), &moved(State::Retrying), NOW)).await;
    let lingers = deliveries::Moved { keep_lease: true, due_at: None, ..moved(State::Retrying) };
    house.done(deliveries::record(held(5, 1), &lingers, NOW)).await;
    let mut counts = deliveries::open_counts(&house.reader()).await.expect("read");
    counts.sort_unstable();
    assert_eq!(counts, [(DOMAIN, 4), (OTHER, 0)], "queued, sending, and retrying with and without a call");
}

async fn an_endpoint_counts_what_waits_and_what_gave_up(database: TestDatabase) {
    let house = House::on(database).await;
    let second = endpoint(DOMAIN, model::ids::EndpointId(71), "https://depot.example/second");
    house.done(store::endpoints::insert(&second)).await;
    let elsewhere = NewDelivery { endpoint: second.id, ..delivery(9, 0) };
    house.enqueue(&[delivery(1, 0), delivery(2, 0), leased(3), leased(4), elsewhere]).await;
    house.done(deliveries::record(held(3, 1), &moved(State::Failed), at(100))).await;
    let counts = async |since| {
        store::endpoints::counts(&house.reader(), DOMAIN, ENDPOINT, at(since)).await.expect("read")
    };
    assert_eq!(counts(100).await, Counts { waiting: 2, failed: 1 });
    assert_eq!(counts(101).await, Counts { waiting: 2, failed: 0 });
}
