//! Lives here: nodes on one database: their numbers, their beats, the end of a life, blocks of ticket numbers; and what
//! tells whether a write is stored whose end was not seen.
//! Not here: when a life is ended (the engine).

use model::delivery::State;
use model::ids::{ChangeId, IncarnationId};
use model::retry::RetryPolicy;
use store::db::{CommitError, Query, Step, Write};
use store::nodes::{self, Node};
use store::on_each_database;
use store::testing::TestDatabase;
use store::{attempts, changes, deliveries, domains, instance, tickets};

use crate::rows::{
    DOMAIN, House, NODE, NOW, OTHER, answered, at, change, held, leased, moved, place, ticket,
};

on_each_database!(
    numbers_are_used_again_only_when_there_are_no_new_ones,
    two_lives_cannot_take_one_number,
    a_life_ends_only_at_the_beat_it_was_seen_at,
    whoever_leaves_takes_no_lease_along,
    the_first_master_key_stays,
    blocks_of_ticket_numbers_go_on_after_the_tickets,
    a_touched_domain_has_a_new_revision,
    a_proof_has_a_row_when_its_write_is_stored,
);

const POLICY: RetryPolicy = RetryPolicy {
    answer_within_ms: 3_000,
    cancel_after_ms: 120_000,
    retry_every_ms: 30_000,
    retries: 4,
    retry_after_max_ms: 60_000,
};

async fn commit(house: &House, steps: Vec<Step>) -> Result<(), CommitError> {
    let mut write = Write::new();
    for step in steps {
        write.push(step);
    }
    house.db().commit(write).await.map(|_| ())
}

/// Begins a life under the next number.
async fn join(house: &House, incarnation: i64) -> i64 {
    let free = nodes::free_number(&house.reader()).await.expect("read").expect("a number is free");
    house.done(nodes::join(free, IncarnationId(incarnation), "host 1", at(incarnation))).await;
    free.number
}

async fn living(house: &House) -> Vec<Node> {
    nodes::living(&house.reader()).await.expect("read")
}

async fn numbers_are_used_again_only_when_there_are_no_new_ones(database: TestDatabase) {
    let house = House::on(database).await;
    assert_eq!((join(&house, 1).await, join(&house, 2).await), (1, 2));
    commit(&house, nodes::leave(IncarnationId(1), 1, &POLICY, at(900))).await.expect("left");
    assert_eq!(join(&house, 3).await, 3, "the ids of number 1 may still be ahead of this clock");
    for incarnation in 4..=255 {
        join(&house, incarnation).await;
    }
    assert_eq!(join(&house, 256).await, 1, "now the one that has been free");
    assert_eq!(nodes::free_number(&house.reader()).await, Ok(None));
    assert_eq!(living(&house).await.len(), 255);
}

async fn two_lives_cannot_take_one_number(database: TestDatabase) {
    let house = House::on(database).await;
    let free = nodes::free_number(&house.reader()).await.expect("read").expect("a number is free");
    house.done(nodes::join(free, IncarnationId(1), "a", NOW)).await;
    let second = commit(&house, vec![nodes::join(free, IncarnationId(2), "b", NOW)]).await;
    assert!(matches!(second, Err(CommitError::Conflict(_))), "{second:?}");
}

async fn a_life_ends_only_at_the_beat_it_was_seen_at(database: TestDatabase) {
    let house = House::on(database).await;
    join(&house, NODE.0).await;
    house.enqueue(&[leased(1)]).await;
    let seen = living(&house).await.remove(0);
    assert_eq!((seen.incarnation, seen.beat, seen.name.as_str()), (NODE, 0, "host 1"));
    house.done(nodes::beat(NODE)).await;
    assert_eq!(commit(&house, nodes::fence(&seen, 7, &POLICY, at(9))).await, Err(CommitError::Stale));
    assert_eq!(house.count("select count(*) from deliveries where lease_owner is null").await, 0);
    let seen = living(&house).await.remove(0);
    commit(&house, nodes::fence(&seen, 7, &POLICY, at(9))).await.expect("ended");
    assert!(living(&house).await.is_empty());
    assert_eq!(house.count("select count(*) from deliveries where lease_owner is null").await, 1);
    // It cannot beat, and it cannot record.
    assert_eq!(commit(&house, vec![nodes::beat(NODE)]).await, Err(CommitError::Stale));
    let late = deliveries::record(held(1, 1), &moved(State::Delivered), at(10));
    assert_eq!(commit(&house, vec![late]).await, Err(CommitError::Stale));
}

async fn whoever_leaves_takes_no_lease_along(database: TestDatabase) {
    let house = House::on(database).await;
    join(&house, NODE.0).await;
    house.enqueue(&[leased(1), leased(2)]).await;
    commit(&house, nodes::leave(NODE, 7, &POLICY, at(9))).await.expect("left");
    assert_eq!(house.count("select count(*) from deliveries where lease_owner is not null").await, 0);
    assert_eq!(house.count("select count(*) from attempts where outcome = 'interrupted'").await, 2);
    commit(&house, nodes::leave(NODE, 8, &POLICY, at(10))).await.expect("once more changes nothing");
    assert_eq!(house.count("select count(*) from attempts").await, 2);
}

async fn the_first_master_key_stays(database: TestDatabase) {
    let house = House::on(database).await;
    assert_eq!(instance::key_mark(&house.reader()).await, Ok(None));
    house.done(instance::set_key_mark("first")).await;
    house.done(instance::set_key_mark("second")).await;
    assert_eq!(instance::key_mark(&house.reader()).await, Ok(Some("first".into())));
}

async fn blocks_of_ticket_numbers_go_on_after_the_tickets(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::insert(DOMAIN, &ticket(101, 1), ChangeId(1))).await;
    let take = async |domain| house.done(tickets::take_numbers(domain, 20)).await[0].integer(0);
    assert_eq!((take(DOMAIN).await, take(DOMAIN).await, take(OTHER).await), (Ok(121), Ok(141), Ok(20)));
}

async fn a_touched_domain_has_a_new_revision(database: TestDatabase) {
    let house = House::on(database).await;
    let mut before = domains::revisions(&house.reader()).await.expect("read");
    house.done(domains::touch_revision(DOMAIN)).await;
    let mut after = domains::revisions(&house.reader()).await.expect("read");
    before.sort_unstable();
    after.sort_unstable();
    let raised: Vec<_> = before.iter().map(|(id, at)| (*id, at + i64::from(*id == DOMAIN))).collect();
    assert_eq!(after, raised);
}

async fn a_proof_has_a_row_when_its_write_is_stored(database: TestDatabase) {
    let house = House::on(database).await;
    let has = async |proof: Query| house.reader().first(proof).await.expect("read").is_some();
    let proof = || changes::proof(DOMAIN, ChangeId(1));
    let write = Write::new().step(changes::insert(DOMAIN, &change(1, 101), None)).proved_by(proof());
    assert!(!has(proof()).await);
    assert_eq!(write.proof(), Some(&proof()));
    house.db().commit(write).await.expect("stored");
    assert!(has(proof()).await && !has(changes::proof(OTHER, ChangeId(1))).await);
    house.enqueue(&[leased(1)]).await;
    assert!(!has(attempts::proof(place(1, 1))).await);
    house.done(attempts::insert(place(1, 1), &answered(200), "", NOW, NOW, None)).await;
    assert!(has(attempts::proof(place(1, 1))).await && !has(attempts::end_proof(place(1, 1))).await);
    house.done(attempts::complete(place(1, 1), &answered(200), "", NOW)).await;
    assert!(has(attempts::end_proof(place(1, 1))).await);
}
