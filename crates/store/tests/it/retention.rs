//! Lives here: what is old goes, in slices, and what is open or still needed stays.
//! Not here: when it is swept out (the engine).

use std::sync::Arc;

use model::delivery::State;
use model::ids::{ChangeId, NoticeId, PayloadId};
use model::notice::NoticeKind;
use store::db::{Step, Write};
use store::deliveries::{self, Moved, NewDelivery};
use store::notices::Event;
use store::on_each_database;
use store::retention::{self, SLICE};
use store::testing::TestDatabase;

use crate::rows::{
    DOMAIN, ENDPOINT, House, NOW, answered, at, change, event, held, id_of, leased, moved, place,
};

on_each_database!(
    only_what_is_old_and_closed_goes,
    a_delivery_goes_with_its_attempts,
    what_was_sent_again_lately_stays,
    bodies_stay_as_long_as_a_delivery_needs_them,
    changes_go_once_no_delivery_of_their_ticket_is_open,
    old_rows_go_in_slices,
    a_notice_about_what_still_fails_stays,
    a_notice_goes_with_those_who_read_it,
);

/// Older than what is kept.
const OLD: i64 = -1_000_000;
/// What is kept begins here.
const KEPT: i64 = -50_000;

async fn prune(house: &House, steps: Vec<Step>) -> usize {
    let mut write = Write::new();
    for step in steps {
        write.push(step);
    }
    let done = house.db().commit(write).await.expect("pruned");
    done.returned.last().map_or(0, Vec::len)
}

/// A delivery that was made at this time, its `n`th, and left in this state then.
async fn made(house: &House, ms: i64, n: i64, moved: &Moved<'_>) -> i64 {
    let id = id_of(ms) + n;
    house.done(deliveries::enqueue(DOMAIN, &[leased(id)], at(ms))).await;
    house.done(deliveries::record(held(id, 1), moved, at(ms))).await;
    id
}

async fn is_there(house: &House, id: i64) -> bool {
    house.log(&store::log::Filter::default()).await.contains(&id)
}

async fn only_what_is_old_and_closed_goes(database: TestDatabase) {
    let house = House::on(database).await;
    let mut expected = Vec::new();
    for (n, state) in (1..).zip([State::Delivered, State::Failed, State::Cancelled, State::Retrying]) {
        for ms in [OLD, KEPT + 1_000] {
            let id = made(&house, ms, n, &moved(state)).await;
            expected.push((id, ms > KEPT || state == State::Retrying));
        }
    }
    let queued = NewDelivery { state: State::Queued, lease: None, ..leased(id_of(OLD) + 8) };
    house.done(deliveries::enqueue(DOMAIN, &[queued, leased(id_of(OLD) + 9)], at(OLD))).await;
    let lingers = Moved { keep_lease: true, ..moved(State::Failed) };
    let lingering = made(&house, OLD, 10, &lingers).await;
    expected.extend([(id_of(OLD) + 8, true), (id_of(OLD) + 9, true), (lingering, true)]);
    assert_eq!(prune(&house, retention::prune_deliveries(at(KEPT), 0)).await, 3);
    for (id, stays) in expected {
        assert_eq!(is_there(&house, id).await, stays, "{}", house.log(&Default::default()).await.len());
    }
}

async fn a_delivery_goes_with_its_attempts(database: TestDatabase) {
    let house = House::on(database).await;
    let gone = made(&house, OLD, 1, &moved(State::Delivered)).await;
    let stays = made(&house, OLD, 2, &moved(State::Retrying)).await;
    for id in [gone, stays] {
        house.done(store::attempts::insert(place(id, 1), &answered(200), "", NOW, NOW, Some(NOW))).await;
    }
    prune(&house, retention::prune_deliveries(at(KEPT), 0)).await;
    assert_eq!(house.count("select count(*) from attempts").await, 1);
    let kept = store::attempts::of_delivery(&house.reader(), DOMAIN, model::ids::DeliveryId(stays)).await;
    assert_eq!(kept.expect("read").len(), 1);
}

async fn what_was_sent_again_lately_stays(database: TestDatabase) {
    let house = House::on(database).await;
    let id = made(&house, OLD, 1, &moved(State::Failed)).await;
    house.done(deliveries::resend(DOMAIN, &[model::ids::DeliveryId(id)], at(KEPT + 1))).await;
    assert_eq!(prune(&house, retention::prune_deliveries(at(KEPT), 0)).await, 0);
    house.done(store::deliveries::claim(ENDPOINT, crate::rows::NODE, at(0), 1)).await;
    let second = deliveries::Held { round: 2, ..held(id, 1) };
    house.done(deliveries::record(second, &moved(State::Delivered), at(KEPT + 2))).await;
    assert_eq!(prune(&house, retention::prune_deliveries(at(KEPT), 0)).await, 0);
    assert_eq!(prune(&house, retention::prune_deliveries(at(1), 0)).await, 1, "and goes in its turn");
}

async fn bodies_stay_as_long_as_a_delivery_needs_them(database: TestDatabase) {
    let house = House::on(database).await;
    let body = |id: i64| {
        let payload = PayloadId(id);
        store::changes::insert_payload(DOMAIN, payload, Arc::from("{}"), false)
    };
    let open = made(&house, OLD, 1, &moved(State::Retrying)).await;
    let closed = made(&house, OLD, 2, &moved(State::Delivered)).await;
    let without = id_of(OLD) + 3;
    // A body is numbered a moment before its deliveries, which may be young enough to stay.
    let (young, close) = (id_of(KEPT + 1), id_of(KEPT - 1));
    for id in [open, closed, without, young, close] {
        house.done(body(id)).await;
    }
    let before = at(KEPT);
    assert_eq!(prune(&house, vec![retention::prune_payloads(before, 0)]).await, 1);
    prune(&house, retention::prune_deliveries(before, 0)).await;
    assert_eq!(prune(&house, vec![retention::prune_payloads(before, 0)]).await, 1);
    for (id, stays) in [(open, true), (closed, false), (without, false), (young, true), (close, true)] {
        let body = store::changes::payload(&house.reader(), DOMAIN, PayloadId(id)).await.expect("read");
        assert_eq!(body.is_some(), stays, "{id}");
    }
}

async fn changes_go_once_no_delivery_of_their_ticket_is_open(database: TestDatabase) {
    let house = House::on(database).await;
    let open = made(&house, OLD, 1, &moved(State::Retrying)).await;
    let number = leased(open).ticket_number;
    // What came before and after it on its ticket, what is too young, and what happened to another ticket.
    let (first, later, close, young) = (open - 1, open + 9, id_of(KEPT - 1), id_of(KEPT + 1));
    let mut previous = None;
    for id in [first, open, later, close, young] {
        house.done(store::changes::insert(DOMAIN, &change(id, number), previous)).await;
        previous = Some(ChangeId(id));
    }
    house.last_change(number, young).await;
    let (elsewhere, before) = (open + 5, at(KEPT));
    house.done(store::changes::insert(DOMAIN, &change(elsewhere, number + 1), None)).await;
    let thread = async || {
        let newest = ChangeId(i64::MAX);
        let found =
            store::changes::of_ticket(&house.reader(), DOMAIN, number, newest, 9).await.expect("read");
        found.iter().map(|change| change.id.0).collect::<Vec<_>>()
    };
    assert_eq!(prune(&house, vec![retention::prune_changes(before, 0)]).await, 1, "that of the other ticket");
    assert_eq!(thread().await, [young, close, later, open, first], "each is found through the one after it");
    let second = deliveries::Held { attempt: 2, ..held(open, 1) };
    house.done(deliveries::claim(ENDPOINT, second.node, at(30_000), 1)).await;
    house.done(deliveries::record(second, &moved(State::Delivered), at(OLD))).await;
    assert_eq!(prune(&house, retention::prune_deliveries(before, 0)).await, 1);
    assert_eq!(prune(&house, vec![retention::prune_changes(before, 0)]).await, 3);
    assert_eq!(thread().await, [young, close]);
}

async fn old_rows_go_in_slices(database: TestDatabase) {
    let house = House::on(database).await;
    let all = SLICE + 20;
    let first = id_of(OLD);
    let rows: Vec<_> = (1..=all)
        .map(|n| NewDelivery { state: State::Failed, lease: None, due_at: None, ..leased(first + n) })
        .collect();
    house.done(deliveries::enqueue(DOMAIN, &rows, at(OLD))).await;
    for n in 1..=all {
        house.done(store::changes::insert(DOMAIN, &change(first + n, 1), None)).await;
        let payload = PayloadId(first + n);
        let body = Arc::from("{}");
        house.done(store::changes::insert_payload(DOMAIN, payload, body, false)).await;
        let event = Event { subject: n.to_string(), kind: NoticeKind::TriggerFault, ..event(n, OLD) };
        house.done(store::notices::notice(DOMAIN, &event)).await;
    }
    type Prune = fn(i64) -> Vec<Step>;
    let prunes: [Prune; 3] = [
        |after| retention::prune_deliveries(at(KEPT), after),
        |after| vec![retention::prune_payloads(at(KEPT), after)],
        |after| vec![retention::prune_changes(at(KEPT), after)],
    ];
    for steps in prunes {
        assert_eq!(prune(&house, steps(first + all)).await, 0, "each begins after what the last one removed");
        assert_eq!(prune(&house, steps(0)).await as i64, SLICE);
        assert_eq!(prune(&house, steps(first + SLICE)).await, 20);
        assert_eq!(prune(&house, steps(0)).await, 0);
    }
    for gone in [SLICE, 20, 0] {
        assert_eq!(prune(&house, retention::prune_notices(at(KEPT))).await as i64, gone);
    }
}

async fn a_notice_about_what_still_fails_stays(database: TestDatabase) {
    let house = House::on(database).await;
    let kinds = NoticeKind::ALL;
    for (id, kind) in (1..).zip(kinds) {
        house.done(store::notices::notice(DOMAIN, &Event { kind, ..event(id, OLD) })).await;
    }
    prune(&house, retention::prune_notices(at(KEPT))).await;
    let left = async || {
        let page = store::notices::page(&house.reader(), DOMAIN, "1", None, 100).await.expect("read");
        let mut kinds: Vec<_> = page.iter().map(|notice| notice.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(left().await, ["endpoint_paused", "webhook_failing"]);
    for kind in kinds {
        house.done(store::notices::recover(DOMAIN, kind, &ENDPOINT.to_string(), at(OLD + 1))).await;
    }
    prune(&house, retention::prune_notices(at(KEPT))).await;
    assert!(left().await.is_empty());
}

async fn a_notice_goes_with_those_who_read_it(database: TestDatabase) {
    let house = House::on(database).await;
    let fault = |id, ms| Event { kind: NoticeKind::TriggerFault, subject: format!("{id}"), ..event(id, ms) };
    house.done(store::notices::notice(DOMAIN, &fault(1, OLD))).await;
    house.done(store::notices::notice(DOMAIN, &fault(2, KEPT))).await;
    for id in [1, 2] {
        house.done(store::notices::mark_read(DOMAIN, NoticeId(id), "1")).await;
    }
    assert_eq!(prune(&house, retention::prune_notices(at(KEPT))).await, 1);
    assert_eq!(house.count("select count(*) from notice_reads").await, 1);
}
