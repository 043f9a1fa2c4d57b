//! Lives here: counts over the execution log: by status under each filter, by hour, and that they say when they stop.
//! Not here: how their statements run (`plans`), the rows (`execution_log`).

use model::delivery::{Shown, State};
use model::ids::TriggerId;
use store::db::{Step, Value};
use store::deliveries::{self, NewDelivery};
use store::log::Filter;
use store::on_each_database;
use store::tally::{self, Count, HOUR_MAX, TALLY_MAX, Tally};
use store::testing::TestDatabase;

use crate::rows::{DOMAIN, ENDPOINT, House, NOW, OTHER, OTHER_ENDPOINT, at, delivery, held, leased, moved};

on_each_database!(
    each_status_is_counted_under_each_filter,
    what_an_endpoint_that_is_paused_holds_is_counted_as_held,
    hours_are_counted_by_the_last_update,
    a_count_says_when_it_stopped,
);

/// Two deliveries of each state; those of the second trigger are failed.
async fn furnished(database: TestDatabase) -> House {
    let house = House::on(database).await;
    let states =
        [State::Queued, State::Sending, State::Retrying, State::Delivered, State::Failed, State::Cancelled];
    for id in 1..=12 {
        let state = states[id as usize % states.len()];
        let row = NewDelivery {
            trigger: TriggerId(if state == State::Failed { 6 } else { 5 }),
            ticket_number: 200 + id,
            ..if state == State::Queued { delivery(id, 0) } else { leased(id) }
        };
        house.enqueue_with_changes(&[row]).await;
        if !matches!(state, State::Queued | State::Sending) {
            house.done(deliveries::record(held(id, 1), &moved(state), NOW)).await;
        }
        touch(&house, id, id).await;
    }
    let elsewhere = NewDelivery { endpoint: OTHER_ENDPOINT, ..delivery(99, 0) };
    house.done(deliveries::enqueue(OTHER, &[elsewhere], NOW)).await;
    house
}

async fn touch(house: &House, id: i64, ms: i64) {
    const SQL: &str = "update deliveries set updated_at_ms = $2 where delivery_id = $1";
    house.done(Step::new(SQL, vec![id.into(), at(ms).0.into()])).await;
}

async fn counted(house: &House, filter: &Filter) -> [i64; 7] {
    let tally: Tally = tally::by_status(&house.reader(), DOMAIN, filter).await.expect("read");
    assert!(Shown::ALL.iter().all(|shown| !tally.of(*shown).more), "{tally:?}");
    Shown::ALL.map(|shown| tally.of(shown).rows)
}

async fn each_status_is_counted_under_each_filter(database: TestDatabase) {
    let house = furnished(database).await;
    let all = Filter::default();
    // queued, sending, retrying, delivered, failed, held, cancelled
    assert_eq!(counted(&house, &all).await, [2, 2, 2, 2, 2, 0, 2]);
    let status = Filter { status: Some(Shown::Failed), ..all.clone() };
    assert_eq!(counted(&house, &status).await, [2, 2, 2, 2, 2, 0, 2], "the status is passed over");
    let trigger = Filter { trigger: Some(TriggerId(6)), ..all.clone() };
    assert_eq!(counted(&house, &trigger).await, [0, 0, 0, 0, 2, 0, 0]);
    let endpoint = Filter { endpoint: Some(ENDPOINT), ..all.clone() };
    assert_eq!(counted(&house, &endpoint).await, [2, 2, 2, 2, 2, 0, 2]);
    assert_eq!(counted(&house, &Filter { endpoint: Some(OTHER_ENDPOINT), ..all.clone() }).await, [0; 7]);
    let both = Filter { endpoint: Some(OTHER_ENDPOINT), ..trigger };
    assert_eq!(counted(&house, &both).await, [0; 7]);
    let ticket = Filter { ticket: Some(207), ..all.clone() };
    assert_eq!(counted(&house, &ticket).await, [0, 1, 0, 0, 0, 0, 0]);
    // 3 delivered is not in it: from 4 on, before 7.
    let between = Filter { since: Some(at(4)), until: Some(at(7)), ..all };
    assert_eq!(counted(&house, &between).await, [1, 0, 0, 0, 1, 0, 1]);
    let between = Filter { endpoint: Some(ENDPOINT), ..between };
    assert_eq!(counted(&house, &between).await, [1, 0, 0, 0, 1, 0, 1]);
}

async fn what_an_endpoint_that_is_paused_holds_is_counted_as_held(database: TestDatabase) {
    let house = furnished(database).await;
    house.pause(true).await;
    assert_eq!(counted(&house, &Filter::default()).await, [0, 2, 0, 2, 2, 4, 2]);
    let endpoint = Filter { endpoint: Some(ENDPOINT), ..Filter::default() };
    assert_eq!(counted(&house, &endpoint).await, [0, 2, 0, 2, 2, 4, 2]);
}

async fn hours_are_counted_by_the_last_update(database: TestDatabase) {
    const HOUR_MS: i64 = 3_600_000;
    let house = furnished(database).await;
    // One that failed and one that was delivered an hour ago, one that failed long ago.
    for (id, hours) in [(4, 1), (3, 1), (10, 30)] {
        touch(&house, id, -hours * HOUR_MS).await;
    }
    let hours = tally::by_hour(&house.reader(), DOMAIN, at(20), 24).await.expect("read");
    assert_eq!(hours.len(), 24);
    let newest = hours[23];
    assert_eq!((newest.from.0 % HOUR_MS, newest.from.0 <= NOW.0), (0, true));
    assert_eq!((newest.all.rows, newest.failed.rows), (7, 0), "what is under way is left out");
    assert_eq!((hours[22].all.rows, hours[22].failed.rows), (2, 1));
    assert!(hours[..22].iter().all(|hour| hour.all == Count::default()));
    let elsewhere = tally::by_hour(&house.reader(), OTHER, at(20), 1).await.expect("read");
    assert_eq!(elsewhere[0].all.rows, 1);
}

async fn a_count_says_when_it_stopped(database: TestDatabase) {
    const SQL: &str = "insert into deliveries (delivery_id, domain_id, endpoint_id, payload_id, change_id,
        trigger_id, trigger_revision, trigger_name, ticket_number, ticket_version, cause_root, cause_depth, state,
        round, attempts, interrupted, due_at_ms, error, created_at_ms, updated_at_ms)
        values ($1, $2, $3, $1, $1, 5, 1, '', 1, 1, $1, 0, $4, 1, 1, 0, $5, '', $5, $5)";
    let house = furnished(database).await;
    let row = |id: i64, state: State| -> Vec<Value> {
        vec![id.into(), DOMAIN.0.into(), ENDPOINT.0.into(), state.as_str().into(), at(100).0.into()]
    };
    for slice in 0..21 {
        let ids = || (1_000 + slice * 500)..(1_500 + slice * 500);
        house.done(Step::many(SQL, ids().map(|id| row(id, State::Failed)).collect())).await;
    }
    let tally = tally::by_status(&house.reader(), DOMAIN, &Filter::default()).await.expect("read");
    assert_eq!(tally.of(Shown::Failed), Count { rows: TALLY_MAX, more: true });
    assert_eq!(tally.of(Shown::Queued), Count { rows: 2, more: false });
    assert_eq!(tally.of(Shown::Delivered), Count { rows: 0, more: true }, "the newest are all failed");
    let endpoint = Filter { endpoint: Some(ENDPOINT), ..Filter::default() };
    let tally = tally::by_status(&house.reader(), DOMAIN, &endpoint).await.expect("read");
    assert_eq!(tally.of(Shown::Failed), Count { rows: TALLY_MAX, more: true });
    let hours = tally::by_hour(&house.reader(), DOMAIN, at(200), 1).await.expect("read");
    assert_eq!(hours[0].failed, Count { rows: HOUR_MAX, more: true });
}
