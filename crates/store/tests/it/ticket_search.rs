//! Lives here: lists of tickets along each of their sources, in each order, filtered, merged and paged.
//! Not here: how the databases run the statements (`plans`).

use model::classification::BaseStatus;
use model::ids::ChangeId;
use model::person::{PersonRef, PersonType, ProfileType};
use model::ticket::{CustomFieldItem, CustomFieldValue, Ticket};
use model::ticket_action::Visibility;
use store::db::Write;
use store::on_each_database;
use store::testing::TestDatabase;
use store::ticket_search::{By, Order, Part, Place, Search, Source, Span, StatusPair, page, statuses};
use store::{ticket_members, tickets};

use crate::rows::{DOMAIN, House, NOW, OTHER, action, at, ticket};

on_each_database!(
    every_source_leads_to_its_own_tickets,
    every_order_is_paged_without_a_gap,
    a_long_span_is_paged_in_the_order_of_the_numbers,
    sources_that_meet_give_each_ticket_once,
    tests_are_asked_of_every_row,
    a_ticket_is_found_by_what_it_holds_now,
    the_statuses_in_use_are_known,
    threads_come_in_the_order_of_their_tickets,
);

/// Oldest first.
pub(crate) const ORDER: Order = Order { by: By::Number, descending: false };

const HOUR: i64 = 3_600_000;

fn person(id: &str) -> PersonRef {
    PersonRef {
        id: id.into(),
        person_type: PersonType::Person,
        profile_type: ProfileType::Agent,
        business_name: id.into(),
        email: String::new(),
        phone: String::new(),
    }
}

/// A ticket with something in every column that searches read.
pub(crate) fn rich(number: i64) -> Ticket {
    let item = CustomFieldItem { custom_field_item: "South".into(), ..CustomFieldItem::default() };
    let value = |id, value: Option<&str>, items| CustomFieldValue {
        custom_field_id: id,
        custom_field_rule_id: 1,
        line: 1,
        value: value.map(String::from),
        items,
    };
    Ticket {
        status: "Waiting".into(),
        base_status: BaseStatus::Stopped,
        owner: Some(person("Ana")),
        owner_team: "Desk".into(),
        created_by: Some(person("Zoe")),
        clients: vec![person("Carl"), person("acme")],
        tags: vec!["VIP".into(), "Atenção".into()],
        custom_fields: vec![value(77, None, vec![item]), value(78, Some("X 1"), Vec::new())],
        created_at: at(number * HOUR),
        updated_at: at(number * HOUR),
        ..ticket(number, 1)
    }
}

pub(crate) fn sources() -> Vec<Source> {
    let pair = StatusPair { base: "Stopped".into(), status: "Waiting".into() };
    vec![
        Source::All,
        Source::Created,
        Source::Updated,
        Source::Status(pair),
        Source::Owner("ana".into()),
        Source::Team("desk".into()),
        Source::Creator("zoe".into()),
        Source::Client("carl".into()),
        Source::Tag("atenção".into()),
        Source::Custom(77, "south".into()),
        Source::Custom(78, "x 1".into()),
    ]
}

pub(crate) fn orders() -> impl Iterator<Item = Order> {
    let by = [By::Number, By::Created, By::Updated];
    by.into_iter().flat_map(|by| [false, true].map(|descending| Order { by, descending }))
}

/// All tickets that a source leads to.
pub(crate) fn along(source: Source) -> Search {
    Search {
        sources: vec![source],
        numbers: Span::ALL,
        created: Span::ALL,
        updated: Span::ALL,
        statuses: Vec::new(),
        with_deleted: true,
        only_public: false,
    }
}

async fn make(house: &House, domain: model::ids::DomainId, ticket: &Ticket) {
    let mut write = Write::new().step(tickets::insert(domain, ticket, ChangeId(1)));
    for step in ticket_members::moves(domain, None, ticket) {
        write.push(step);
    }
    house.db().commit(write).await.expect("made");
}

async fn numbers(house: &House, search: &Search, order: Order) -> Vec<i64> {
    let found = page(&house.reader(), DOMAIN, search, order, Part::first(1_000)).await.expect("read");
    found.iter().map(|(place, ticket)| (place.number, ticket.number)).for_each(|(a, b)| assert_eq!(a, b));
    found.iter().map(|(place, _)| place.number).collect()
}

async fn every_source_leads_to_its_own_tickets(database: TestDatabase) {
    let house = House::on(database).await;
    for number in [3, 1, 2] {
        make(&house, DOMAIN, &rich(number)).await;
    }
    make(&house, DOMAIN, &ticket(9, 1)).await;
    make(&house, OTHER, &rich(7)).await;
    for source in sources() {
        let within = !matches!(source, Source::All | Source::Created | Source::Updated);
        let found = numbers(&house, &along(source.clone()), ORDER).await;
        assert_eq!(found, if within { vec![1, 2, 3] } else { vec![1, 2, 3, 9] }, "{source:?}");
    }
    for source in [
        Source::Owner("Ana".into()),
        Source::Team(String::new()),
        Source::Client("nobody".into()),
        Source::Custom(78, "south".into()),
    ] {
        let found = numbers(&house, &along(source.clone()), ORDER).await;
        assert_eq!(found, if source == Source::Team(String::new()) { vec![9] } else { vec![] }, "{source:?}");
    }
}

async fn every_order_is_paged_without_a_gap(database: TestDatabase) {
    let house = House::on(database).await;
    // Numbers, creations and updates in three different orders, some equal.
    for number in 1..=9 {
        let mut one = rich(number);
        one.created_at = at(number * 7 % 4 * 10);
        one.updated_at = at(number * 5 % 3 * HOUR + number % 2);
        make(&house, DOMAIN, &one).await;
    }
    for source in sources() {
        for order in orders() {
            let search = along(source.clone());
            let whole = page(&house.reader(), DOMAIN, &search, order, Part::first(100)).await.expect("read");
            let mut sorted: Vec<Place> = whole.iter().map(|(place, _)| *place).collect();
            sorted.sort_by_key(|place| match order.by {
                By::Number => (0, place.number),
                By::Created => (place.created, place.number),
                By::Updated => (place.updated, place.number),
            });
            if order.descending {
                sorted.reverse();
            }
            let places: Vec<Place> = whole.iter().map(|(place, _)| *place).collect();
            assert_eq!((places.len(), &places), (9, &sorted), "{source:?} {order:?}");
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let next = page(&house.reader(), DOMAIN, &search, order, Part { after, skip: 0, limit: 2 })
                    .await
                    .expect("read");
                let Some((last, _)) = next.last() else { break };
                after = Some(*last);
                paged.extend(next.iter().map(|(place, _)| *place));
            }
            assert_eq!(paged, places, "{source:?} {order:?}");
            let part = page(&house.reader(), DOMAIN, &search, order, Part { after: None, skip: 3, limit: 4 })
                .await
                .expect("read");
            let part: Vec<Place> = part.iter().map(|(place, _)| *place).collect();
            assert_eq!(part, places[3..7], "{source:?} {order:?}");
        }
    }
}

async fn a_long_span_is_paged_in_the_order_of_the_numbers(database: TestDatabase) {
    const DAY: i64 = 24 * HOUR;
    let house = House::on(database).await;
    // Over 200 days, so that the numbers of each month are scattered; some hidden by what else is asked.
    for number in 1..=40 {
        let mut one = rich(number);
        one.updated_at = at(number * 17 % 40 * 5 * DAY + number);
        one.is_deleted = number % 8 == 0;
        make(&house, DOMAIN, &one).await;
    }
    let updated = Span { min: NOW.0 + 12 * DAY, max: NOW.0 + 150 * DAY + 30 };
    let search = Search { updated, with_deleted: false, ..along(Source::Updated) };
    let is_wanted = |number: &i64| {
        let at = NOW.0 + number * 17 % 40 * 5 * DAY + number;
        number % 8 != 0 && updated.min <= at && at <= updated.max
    };
    let expected: Vec<i64> = (1..=40).filter(is_wanted).collect();
    assert!(expected.len() > 20, "{expected:?}");
    for descending in [false, true] {
        let order = Order { by: By::Number, descending };
        let expected: Vec<i64> =
            if descending { expected.iter().rev().copied().collect() } else { expected.clone() };
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let part = Part { after, skip: 0, limit: 6 };
            let next = page(&house.reader(), DOMAIN, &search, order, part).await.expect("read");
            let Some((last, _)) = next.last() else { break };
            after = Some(*last);
            paged.extend(next.iter().map(|(place, _)| place.number));
        }
        assert_eq!(paged, expected);
        let part = Part { after: None, skip: 5, limit: 7 };
        let middle = page(&house.reader(), DOMAIN, &search, order, part).await.expect("read");
        assert_eq!(middle.iter().map(|(place, _)| place.number).collect::<Vec<_>>(), expected[5..12]);
    }
}

async fn sources_that_meet_give_each_ticket_once(database: TestDatabase) {
    let house = House::on(database).await;
    for number in 1..=4 {
        let mut one = rich(number);
        if number == 2 {
            one.owner = Some(person("eve"));
        }
        if number == 3 {
            one.owner_team = "Field".into();
        }
        make(&house, DOMAIN, &one).await;
    }
    let search = Search {
        sources: vec![Source::Owner("ana".into()), Source::Team("desk".into())],
        ..along(Source::All)
    };
    assert_eq!(numbers(&house, &search, ORDER).await, [1, 2, 3, 4]);
    let part = page(&house.reader(), DOMAIN, &search, ORDER, Part { after: None, skip: 1, limit: 2 })
        .await
        .expect("read");
    assert_eq!(part.iter().map(|(place, _)| place.number).collect::<Vec<_>>(), [2, 3]);
}

async fn tests_are_asked_of_every_row(database: TestDatabase) {
    let house = House::on(database).await;
    for number in 1..=6 {
        let mut one = rich(number);
        one.is_deleted = number == 5;
        if number == 4 {
            one.visibility = Visibility::Internal;
        }
        if number == 6 {
            one.status = "New".into();
        }
        make(&house, DOMAIN, &one).await;
    }
    let day = |from: i64, to: i64| Span { min: NOW.0 + from * HOUR, max: NOW.0 + to * HOUR };
    for source in sources() {
        let of_status = matches!(source, Source::Status(_));
        let all = along(source);
        let rest = |with: &[i64]| {
            with.iter().copied().filter(|number| !of_status || *number != 6).collect::<Vec<_>>()
        };
        for (search, found) in [
            (Search { with_deleted: false, ..all.clone() }, rest(&[1, 2, 3, 4, 6])),
            (Search { only_public: true, ..all.clone() }, rest(&[1, 2, 3, 5, 6])),
            (Search { statuses: vec!["x".into(), "Waiting".into()], ..all.clone() }, vec![1, 2, 3, 4, 5]),
            (Search { numbers: Span { min: 2, max: 3 }, ..all.clone() }, vec![2, 3]),
            (Search { created: day(2, 4), ..all.clone() }, vec![2, 3, 4]),
            (Search { updated: day(3, 9), ..all.clone() }, rest(&[3, 4, 5, 6])),
            (
                Search { updated: Span { min: NOW.0 + 1, max: i64::MAX }, ..all.clone() },
                rest(&[1, 2, 3, 4, 5, 6]),
            ),
        ] {
            for order in orders().filter(|order| !order.descending) {
                assert_eq!(numbers(&house, &search, order).await, found, "{search:?} {order:?}");
            }
        }
    }
}

async fn a_ticket_is_found_by_what_it_holds_now(database: TestDatabase) {
    let house = House::on(database).await;
    let before = rich(1);
    make(&house, DOMAIN, &before).await;
    let mut after = Ticket { version: 2, subject: "other".into(), ..before.clone() };
    assert!(ticket_members::moves(DOMAIN, Some(&before), &after).is_empty());
    let data_only = tickets::replace(DOMAIN, &before, &after, ChangeId(3)).sql;
    after.clients = vec![person("Eve"), person("acme")];
    after.tags = vec!["vip".into()];
    after.custom_fields.pop();
    after.owner = None;
    after.updated_at = at(99 * HOUR);
    let replace = tickets::replace(DOMAIN, &before, &after, ChangeId(3));
    assert_ne!(replace.sql, data_only, "an index is touched only when it must be");
    let mut write = Write::new().step(replace);
    for step in ticket_members::moves(DOMAIN, Some(&before), &after) {
        write.push(step);
    }
    house.db().commit(write).await.expect("changed");
    for (source, is_there) in [
        (Source::Client("carl".into()), false),
        (Source::Client("eve".into()), true),
        (Source::Client("acme".into()), true),
        (Source::Tag("vip".into()), true),
        (Source::Tag("atenção".into()), false),
        (Source::Custom(77, "south".into()), true),
        (Source::Custom(78, "x 1".into()), false),
        (Source::Owner("ana".into()), false),
        (Source::Creator("zoe".into()), true),
    ] {
        assert_eq!(numbers(&house, &along(source.clone()), ORDER).await.len() == 1, is_there, "{source:?}");
    }
    let search = Search { updated: Span { min: at(99 * HOUR).0, max: i64::MAX }, ..along(Source::Updated) };
    assert_eq!(numbers(&house, &search, ORDER).await, [1]);
    let long = ticket_members::value_key(&"Ä".repeat(ticket_members::VALUE_MAX + 9));
    assert_eq!(long, "ä".repeat(ticket_members::VALUE_MAX));
}

async fn the_statuses_in_use_are_known(database: TestDatabase) {
    let house = House::on(database).await;
    assert_eq!(statuses(&house.reader(), DOMAIN).await.expect("read"), []);
    for (number, status, base) in [
        (1, "Waiting", BaseStatus::Stopped),
        (2, "Aguardando", BaseStatus::Stopped),
        (3, "Waiting", BaseStatus::New),
        (4, "Waiting", BaseStatus::Stopped),
    ] {
        let one = Ticket { status: status.into(), base_status: base, ..ticket(number, 1) };
        make(&house, DOMAIN, &one).await;
    }
    let pair = |base: &str, status: &str| StatusPair { base: base.into(), status: status.into() };
    let found = statuses(&house.reader(), DOMAIN).await.expect("read");
    assert_eq!(found, [pair("New", "Waiting"), pair("Stopped", "Aguardando"), pair("Stopped", "Waiting")]);
}

async fn threads_come_in_the_order_of_their_tickets(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::save_actions(DOMAIN, 1, &[action(2, "b"), action(1, "a")])).await;
    house.done(tickets::save_actions(DOMAIN, 2, &[action(1, "c")])).await;
    let found = tickets::threads(&house.reader(), DOMAIN, &[2, 3, 1]).await.expect("read");
    let ids: Vec<Vec<i64>> =
        found.iter().map(|thread| thread.iter().map(|action| action.id).collect()).collect();
    assert_eq!(ids, [vec![1], vec![], vec![1, 2]]);
}
