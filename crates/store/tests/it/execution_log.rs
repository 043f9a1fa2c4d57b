//! Lives here: the execution log: filters, pages while rows move, what is shown of paused endpoints, resend by filter.
//! Not here: how the log's statements run (`plans`).

use std::collections::BTreeSet;

use model::delivery::{Shown, State};
use model::ids::{ChangeId, DeliveryId, EndpointId, TriggerId};
use store::db::{Step, Value};
use store::deliveries::{self, NewDelivery};
use store::log::{self, Filter, LogRow};
use store::on_each_database;
use store::testing::TestDatabase;

use crate::rows::{
    DOMAIN, ENDPOINT, House, NOW, OTHER, OTHER_ENDPOINT, at, delivery, endpoint, held, leased, moved,
};

on_each_database!(
    a_row_tells_what_the_log_shows,
    each_filter_finds_its_rows_and_no_others,
    filters_add_up,
    a_paused_endpoint_holds_what_waits_and_nothing_else,
    pages_have_no_gaps_and_no_repeats_though_rows_move,
    pages_lead_back_to_where_one_came_from,
    held_pages_join_both_states_in_one_order,
    the_deliveries_of_a_change_come_in_their_order,
    what_a_resend_would_take_is_what_it_takes,
    a_resend_by_filter_takes_the_longest_unchanged_first,
);

const SECOND: EndpointId = EndpointId(71);

/// Two endpoints of the first domain and one row of each state at each of them, and one row of the other domain.
/// Updated at `at(id)`; odd ones are at the first endpoint.
async fn furnished(database: TestDatabase) -> House {
    let house = House::on(database).await;
    house.done(store::endpoints::insert(&endpoint(DOMAIN, SECOND, "https://second.example/"))).await;
    let states =
        [State::Queued, State::Sending, State::Retrying, State::Delivered, State::Failed, State::Cancelled];
    for (at_state, state) in (0..).zip(states) {
        for side in [1, 2] {
            let id = 2 * at_state + side;
            let there = if side == 1 { ENDPOINT } else { SECOND };
            let row = NewDelivery {
                endpoint: there,
                trigger: TriggerId(50 + at_state),
                ticket_number: 200 + at_state,
                ..if state == State::Queued { delivery(id, 0) } else { leased(id) }
            };
            house.enqueue_with_changes(&[row]).await;
            if !matches!(state, State::Queued | State::Sending) {
                house.done(deliveries::record(held(id, 1), &moved(state), NOW)).await;
            }
            touch(&house, id, id).await;
        }
    }
    let elsewhere = NewDelivery { endpoint: OTHER_ENDPOINT, ..delivery(99, 0) };
    house.done(deliveries::enqueue(OTHER, &[elsewhere], NOW)).await;
    house
}

/// Says that a row was updated at `at(ms)`.
async fn touch(house: &House, id: i64, ms: i64) {
    const SQL: &str = "update deliveries set updated_at_ms = $2 where delivery_id = $1";
    house.done(Step::new(SQL, vec![id.into(), at(ms).0.into()])).await;
}

fn status(shown: Shown) -> Filter {
    Filter { status: Some(shown), ..Filter::default() }
}

async fn a_row_tells_what_the_log_shows(database: TestDatabase) {
    let house = furnished(database).await;
    let row: LogRow = house.row(5).await;
    assert_eq!((row.id, row.updated_at, row.created_at), (DeliveryId(5), at(5), NOW));
    assert_eq!((row.state, row.paused, row.attempts, row.round), (State::Retrying, false, 1, 1));
    assert_eq!((row.endpoint, row.url.as_str()), (ENDPOINT, "https://depot.example/"));
    assert_eq!((row.error.as_str(), row.status_code), ("answered 503", Some(200)));
    assert_eq!((row.trigger, row.trigger_revision), (TriggerId(52), 2));
    assert_eq!((row.trigger_name.as_str(), row.ticket_number, row.ticket_version), ("to the depot", 202, 3));
    assert_eq!((row.change, row.payload.0, row.due_at), (ChangeId(5), 5, Some(at(30_000))));
    assert_eq!(
        log::find(&house.reader(), DOMAIN, DeliveryId(4711)).await.expect("read").map(|row| row.id),
        None
    );
}

async fn each_filter_finds_its_rows_and_no_others(database: TestDatabase) {
    let house = furnished(database).await;
    let all = Filter::default();
    let filters: [(Filter, &[i64]); 11] = [
        (all.clone(), &[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (status(Shown::Queued), &[2, 1]),
        (status(Shown::Sending), &[4, 3]),
        (status(Shown::Retrying), &[6, 5]),
        (status(Shown::Delivered), &[8, 7]),
        (status(Shown::Failed), &[10, 9]),
        (status(Shown::Cancelled), &[12, 11]),
        (status(Shown::Held), &[]),
        (Filter { trigger: Some(TriggerId(53)), ..all.clone() }, &[8, 7]),
        (Filter { ticket: Some(204), ..all.clone() }, &[10, 9]),
        (Filter { endpoint: Some(SECOND), ..all.clone() }, &[12, 10, 8, 6, 4, 2]),
    ];
    for (filter, expected) in filters {
        assert_eq!(house.log(&filter).await, expected, "{filter:?}");
    }
    let between = Filter { since: Some(at(3)), until: Some(at(6)), ..all };
    assert_eq!(house.log(&between).await, [5, 4, 3], "from an instant on, until before another");
}

async fn filters_add_up(database: TestDatabase) {
    let house = furnished(database).await;
    for (shown, at_state) in
        Shown::ALL.into_iter().filter(|shown| *shown != Shown::Held).zip([0, 1, 2, 3, 4, 5])
    {
        let first = 2 * at_state + 1;
        let both = Filter { endpoint: Some(ENDPOINT), ..status(shown) };
        assert_eq!(house.log(&both).await, [first], "{both:?}");
        let with = [
            (Filter { trigger: Some(TriggerId(50 + at_state)), ..both.clone() }, true),
            (Filter { trigger: Some(TriggerId(40)), ..both.clone() }, false),
            (Filter { ticket: Some(200 + at_state), ..both.clone() }, true),
            (Filter { ticket: Some(100), ..both.clone() }, false),
            (Filter { since: Some(at(first)), ..both.clone() }, true),
            (Filter { since: Some(at(first + 1)), ..both.clone() }, false),
            (Filter { until: Some(at(first)), ..both.clone() }, false),
        ];
        for (filter, found) in with {
            assert_eq!(house.log(&filter).await.len(), usize::from(found), "{filter:?}");
        }
    }
}

async fn a_paused_endpoint_holds_what_waits_and_nothing_else(database: TestDatabase) {
    let house = furnished(database).await;
    house.pause(true).await;
    assert_eq!(house.log(&status(Shown::Held)).await, [5, 1]);
    assert_eq!(house.log(&status(Shown::Queued)).await, [2]);
    assert_eq!(house.log(&status(Shown::Retrying)).await, [6]);
    assert_eq!(house.log(&status(Shown::Sending)).await, [4, 3], "a call under way goes on");
    assert_eq!(house.log(&status(Shown::Failed)).await, [10, 9]);
    let of_ticket = Filter { ticket: Some(200), ..status(Shown::Held) };
    assert_eq!(house.log(&of_ticket).await, [1]);
    let row = house.row(1).await;
    assert_eq!((row.paused, row.state.shown(row.paused)), (true, Shown::Held));
    house.pause(false).await;
    assert!(house.log(&status(Shown::Held)).await.is_empty());
}

/// Reads all pages of a filter, moving some rows to the top between two pages.
async fn read_through(house: &House, filter: &Filter, moving: &[i64]) -> Vec<LogRow> {
    let (mut seen, mut after, mut to_move) = (Vec::new(), None, moving.iter());
    loop {
        let page = log::page(&house.reader(), DOMAIN, filter, after, 2).await.expect("read");
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { return seen };
        after = Some((last.updated_at, last.id));
        seen.extend(page);
        if let Some(id) = to_move.next() {
            touch(house, *id, 1_000 + id).await;
        }
    }
}

async fn pages_have_no_gaps_and_no_repeats_though_rows_move(database: TestDatabase) {
    let house = furnished(database).await;
    // Some updates fall on one millisecond.
    for id in [5, 6, 7, 8] {
        touch(&house, id, 6).await;
    }
    let moving = [11, 3, 7];
    let seen = read_through(&house, &Filter::default(), &moving).await;
    let ids: BTreeSet<i64> = seen.iter().map(|row| row.id.0).collect();
    assert_eq!(ids.len(), seen.len(), "no row came twice");
    let still: BTreeSet<i64> = (1..=12).filter(|id| !moving.contains(id)).collect();
    assert!(ids.is_superset(&still), "no row that stayed was passed over: {ids:?}");
    assert!(seen.windows(2).all(|two| (two[0].updated_at, two[0].id) > (two[1].updated_at, two[1].id)));
}

async fn pages_lead_back_to_where_one_came_from(database: TestDatabase) {
    let house = furnished(database).await;
    for id in [5, 6, 7, 8] {
        touch(&house, id, 6).await;
    }
    let reader = house.reader();
    let filters = [
        Filter::default(),
        status(Shown::Sending),
        status(Shown::Failed),
        Filter { endpoint: Some(SECOND), ..Filter::default() },
        Filter { trigger: Some(TriggerId(52)), ..Filter::default() },
        Filter { ticket: Some(203), ..Filter::default() },
    ];
    for filter in filters {
        let all = log::page(&reader, DOMAIN, &filter, None, 100).await.expect("read");
        for (at_row, row) in all.iter().enumerate() {
            let before = (row.updated_at, row.id);
            let page = log::page_before(&reader, DOMAIN, &filter, before, 3).await.expect("read");
            let ids = |rows: &[LogRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
            assert_eq!(ids(&page), ids(&all[at_row.saturating_sub(3)..at_row]), "{filter:?}");
        }
    }
}

async fn held_pages_join_both_states_in_one_order(database: TestDatabase) {
    let house = furnished(database).await;
    house.pause(true).await;
    let more: Vec<_> = (21..=25).map(|id| delivery(id, 0)).collect();
    house.enqueue_with_changes(&more).await;
    for id in 21..=25 {
        touch(&house, id, if id % 2 == 0 { id } else { 4 }).await;
    }
    let seen: Vec<i64> =
        read_through(&house, &status(Shown::Held), &[]).await.iter().map(|row| row.id.0).collect();
    assert_eq!(seen, [24, 22, 5, 25, 23, 21, 1]);
}

async fn the_deliveries_of_a_change_come_in_their_order(database: TestDatabase) {
    let house = furnished(database).await;
    // A change is numbered before its deliveries.
    let of_that = |id| NewDelivery { change: ChangeId(20), ticket_number: 200, ..delivery(id, 0) };
    house.enqueue_with_changes(&[of_that(31), NewDelivery { endpoint: SECOND, ..of_that(30) }]).await;
    house.enqueue_with_changes(&[NewDelivery { change: ChangeId(32), ..of_that(33) }]).await;
    let of = async |domain, change| {
        let rows = log::of_change(&house.reader(), domain, ChangeId(change)).await.expect("read");
        rows.iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!(of(DOMAIN, 20).await, [30, 31]);
    assert_eq!((of(DOMAIN, 21).await, of(OTHER, 20).await), (vec![], vec![]));
}

async fn what_a_resend_would_take_is_what_it_takes(database: TestDatabase) {
    let house = furnished(database).await;
    // One that gave up while its last call is still open.
    let lingers = deliveries::Moved { keep_lease: true, ..moved(State::Failed) };
    house.enqueue_with_changes(&[leased(13)]).await;
    house.done(deliveries::record(held(13, 1), &lingers, NOW)).await;
    let all = Filter::default();
    let filters: [(Filter, &[i64]); 8] = [
        (status(Shown::Sending), &[]),
        (status(Shown::Held), &[]),
        (status(Shown::Queued), &[]),
        (Filter { endpoint: Some(ENDPOINT), ..status(Shown::Failed) }, &[9]),
        (Filter { ticket: Some(204), ..all.clone() }, &[10]),
        (Filter { trigger: Some(TriggerId(55)), until: Some(at(12)), ..all.clone() }, &[11]),
        (Filter { endpoint: Some(SECOND), ..status(Shown::Delivered) }, &[8]),
        (all, &[7, 12]),
    ];
    for (filter, expected) in filters {
        let count = log::count_resendable(&house.reader(), DOMAIN, &filter).await.expect("read");
        assert_eq!(count, expected.len() as i64, "{filter:?}");
        let none = house.done(log::resend_matching(OTHER, &filter, at(5_000))).await;
        assert_eq!(none.len(), 0, "another domain");
        let taken = house.done(log::resend_matching(DOMAIN, &filter, at(5_000))).await;
        assert_eq!(taken.len(), expected.len(), "{filter:?}");
        for id in expected {
            let row = house.row(*id).await;
            assert_eq!((row.state, row.round, row.attempts), (State::Queued, 2, 0), "{id}");
            assert_eq!((row.due_at, row.updated_at), (Some(at(5_000)), at(5_000)), "{id}");
            assert!(taken.iter().any(|found| found.integer(0) == Ok(row.endpoint.0)), "{id}");
        }
    }
    assert_eq!(house.row(13).await.state, State::Failed, "two calls of one delivery would overlap");
}

async fn a_resend_by_filter_takes_the_longest_unchanged_first(database: TestDatabase) {
    let house = House::on(database).await;
    let most = log::RESEND_MAX;
    // One row more than a resend takes; the first of them was updated last.
    const COPIES: &str = "insert into deliveries (delivery_id, domain_id, endpoint_id, payload_id, change_id, trigger_id,
        trigger_revision, trigger_name, ticket_number, ticket_version, cause_root, cause_depth, state, round, attempts,
        interrupted, error, created_at_ms, updated_at_ms)
        values ($1, $2, $3, 1, 1, 1, 1, '', 1, 1, 1, 0, 'failed', 1, 5, 0, '', 0, $4)";
    for slice in 0..=most / 500 {
        let rows = (slice * 500..(slice * 500 + 500).min(most + 1)).map(|id| -> Vec<Value> {
            let updated = if id == 0 { at(9_000) } else { at(1) };
            vec![(id + 1).into(), DOMAIN.0.into(), ENDPOINT.0.into(), updated.0.into()]
        });
        house.done(Step::many(COPIES, rows.collect())).await;
    }
    let filter = status(Shown::Failed);
    let count = log::count_resendable(&house.reader(), DOMAIN, &filter).await.expect("read");
    assert_eq!(count, most + 1, "so that a caller can say that there are more");
    let taken = house.done(log::resend_matching(DOMAIN, &filter, at(10_000))).await;
    assert_eq!(taken.len() as i64, most);
    assert_eq!(house.log(&filter).await, [1]);
}
