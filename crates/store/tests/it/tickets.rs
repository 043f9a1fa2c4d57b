//! Lives here: tickets, their threads, their changes and the bodies frozen from them.
//! Not here: what a save does to a ticket (model), the order of one save's steps (engine).

use std::sync::Arc;

use model::history::{Entered, HistoryEntry};
use model::ids::{ChangeId, PayloadId};
use store::db::{CommitError, ReadError, Step, Write};
use store::on_each_database;
use store::testing::TestDatabase;
use store::{changes, histories, tickets};

use crate::rows::{DOMAIN, House, OTHER, action, at, change, entered, ticket};

on_each_database!(
    a_ticket_comes_back_as_it_went_in,
    a_number_that_exists_is_stale_and_changes_nothing,
    an_update_needs_the_version_before,
    of_a_hundred_updates_of_one_version_one_lands,
    a_thread_is_read_whole_or_by_its_newest_action,
    an_action_that_is_saved_again_is_replaced,
    the_highest_number_is_known_for_each_domain,
    tickets_come_in_the_order_of_their_numbers,
    a_history_is_told_up_to_a_version,
    changes_come_newest_first_a_page_at_a_time,
    a_body_comes_back_byte_for_byte,
    a_corrupt_row_says_where_it_is,
);

async fn a_ticket_comes_back_as_it_went_in(database: TestDatabase) {
    let house = House::on(database).await;
    let mut rich = ticket(1, 1);
    rich.tags = vec!["rede".into(), "Atenção".into()];
    rich.subject = "Conexão: \"sem rede\" \\ 🚧".into();
    rich.sla_solution_at = Some(at(5));
    house.done(tickets::insert(DOMAIN, &rich, ChangeId(1))).await;
    assert_eq!(tickets::find(&house.reader(), DOMAIN, 1).await.expect("read"), Some(rich));
    assert_eq!(tickets::find(&house.reader(), DOMAIN, 2).await.expect("read"), None);
}

async fn a_number_that_exists_is_stale_and_changes_nothing(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::insert(DOMAIN, &ticket(1, 1), ChangeId(1))).await;
    house.done(tickets::insert(OTHER, &ticket(1, 1), ChangeId(1))).await;
    let mut second = ticket(1, 1);
    second.subject = "another".into();
    let write = Write::new().step(tickets::insert(DOMAIN, &second, ChangeId(1))).step(tickets::save_actions(
        DOMAIN,
        1,
        &[action(1, "x")],
    ));
    assert_eq!(house.db().commit(write).await.err(), Some(CommitError::Stale));
    let (kept, thread) =
        tickets::find_whole(&house.reader(), DOMAIN, 1).await.expect("read").expect("is there");
    assert_eq!((kept, thread), (ticket(1, 1), vec![]));
}

async fn tickets_come_in_the_order_of_their_numbers(database: TestDatabase) {
    let house = House::on(database).await;
    for (domain, number) in [(DOMAIN, 3), (DOMAIN, 1), (OTHER, 2)] {
        house.done(tickets::insert(domain, &ticket(number, 1), ChangeId(1))).await;
    }
    for (after, limit, wanted) in [(0, 9, &[1, 3][..]), (1, 9, &[3]), (0, 1, &[1]), (3, 9, &[])] {
        let found = tickets::by_number(&house.reader(), DOMAIN, after, limit).await.expect("read");
        let numbers: Vec<_> = found.iter().map(|ticket| ticket.number).collect();
        assert_eq!(numbers, wanted);
    }
}

async fn a_history_is_told_up_to_a_version(database: TestDatabase) {
    let house = House::on(database).await;
    let owner = Entered::Owner { owner: None, team: "Depot".into() };
    let second = HistoryEntry { position: 1, entered: owner, ..entered("", 1, 0) };
    let (first, third) = (entered("New", 1, 0), entered("Closed", 4, 7_000));
    house.done(histories::add(DOMAIN, 1, &[second.clone(), first.clone()])).await;
    house.done(histories::add(DOMAIN, 1, std::slice::from_ref(&third))).await;
    house.done(histories::add(DOMAIN, 2, &[entered("New", 1, 0)])).await;
    let of = async |version| histories::of_ticket(&house.reader(), DOMAIN, 1, version).await.expect("read");
    assert_eq!(of(4).await, [first.clone(), second.clone(), third]);
    let versions = [(2, 9), (1, 3), (3, 9)];
    let several = histories::of_tickets(&house.reader(), DOMAIN, &versions).await.expect("read");
    assert_eq!(several, [vec![entered("New", 1, 0)], of(3).await, vec![]]);
    let elsewhere = histories::of_tickets(&house.reader(), OTHER, &[(1, 9)]).await.expect("read");
    assert_eq!(elsewhere, [vec![]]);
    assert_eq!(of(3).await, [first, second]);
}

async fn an_update_needs_the_version_before(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::insert(DOMAIN, &ticket(1, 1), ChangeId(1))).await;
    for (domain, number, version) in [(DOMAIN, 1, 1), (DOMAIN, 1, 3), (DOMAIN, 2, 2), (OTHER, 1, 2)] {
        let answer = house.commit(tickets::update(domain, &ticket(number, version), ChangeId(2))).await;
        assert_eq!(answer.err(), Some(CommitError::Stale), "{domain} {number} {version}");
    }
    assert_eq!(tickets::find(&house.reader(), DOMAIN, 1).await.expect("read"), Some(ticket(1, 1)));
    house.done(tickets::update(DOMAIN, &ticket(1, 2), ChangeId(2))).await;
    assert_eq!(tickets::find(&house.reader(), DOMAIN, 1).await.expect("read"), Some(ticket(1, 2)));
    const COLUMNS: &str = "select version, status, base_status from tickets where number = $1";
    let rows = house.reader().rows(store::db::Query::new(COLUMNS, vec![1.into()])).await.expect("read");
    assert_eq!((rows[0].integer(0), rows[0].text(1), rows[0].text(2)), (Ok(2), Ok("New"), Ok("New")));
}

async fn of_a_hundred_updates_of_one_version_one_lands(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::insert(DOMAIN, &ticket(1, 1), ChangeId(1))).await;
    let mut tasks = Vec::new();
    for id in 1..=100 {
        let db = house.db().clone();
        let write = Write::new()
            .step(tickets::update(DOMAIN, &ticket(1, 2), ChangeId(id)))
            .step(changes::insert(DOMAIN, &change(id, 1), None));
        tasks.push(tokio::spawn(async move { db.commit(write).await }));
    }
    let mut landed = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => landed += 1,
            Err(error) => assert_eq!(error, CommitError::Stale),
        }
    }
    assert_eq!((landed, house.count("select count(*) from changes").await), (1, 1));
    let last = "select count(*) from tickets t join changes c on c.change_id = t.last_change_id";
    assert_eq!(house.count(last).await, 1, "the ticket names the change that landed");
}

async fn a_thread_is_read_whole_or_by_its_newest_action(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::insert(DOMAIN, &ticket(1, 1), ChangeId(1))).await;
    let latest = async || {
        let found = tickets::find_standing(&house.reader(), DOMAIN, 1).await.expect("read");
        found.expect("it is there").latest.map(|action| action.id)
    };
    assert_eq!(latest().await, None);
    house.done(tickets::save_actions(DOMAIN, 1, &[action(2, "two"), action(1, "one")])).await;
    house.done(tickets::save_actions(DOMAIN, 1, &[action(3, "three")])).await;
    house.done(tickets::save_actions(DOMAIN, 2, &[action(4, "of another ticket")])).await;
    house.done(tickets::save_actions(OTHER, 1, &[action(5, "of another domain")])).await;
    assert_eq!(latest().await, Some(3));
    let (found, thread) =
        tickets::find_whole(&house.reader(), DOMAIN, 1).await.expect("read").expect("is there");
    let texts: Vec<_> = thread.iter().map(|action| action.description.as_str()).collect();
    assert_eq!((found.number, texts), (1, vec!["one", "two", "three"]));
    let newest = async |before, limit| {
        let found = tickets::actions_before(&house.reader(), DOMAIN, 1, before, limit).await.expect("read");
        found.iter().map(|action| action.id).collect::<Vec<_>>()
    };
    assert_eq!((newest(i64::MAX, 2).await, newest(3, 9).await), (vec![3, 2], vec![2, 1]));
    let one = tickets::find_action(&house.reader(), DOMAIN, 1, 2).await.expect("read");
    assert_eq!(one, Some(action(2, "two")));
    for (domain, number, id) in [(DOMAIN, 1, 4), (OTHER, 1, 2), (DOMAIN, 2, 2)] {
        let none = tickets::find_action(&house.reader(), domain, number, id).await.expect("read");
        assert_eq!(none, None, "{domain} {number} {id}");
    }
}

async fn an_action_that_is_saved_again_is_replaced(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::save_actions(DOMAIN, 1, &[action(1, "before"), action(2, "beside")])).await;
    house.done(tickets::save_actions(DOMAIN, 1, &[action(1, "after")])).await;
    let text = async |id| {
        let found = tickets::find_action(&house.reader(), DOMAIN, 1, id).await.expect("read");
        found.map(|action| action.description)
    };
    assert_eq!((text(1).await.as_deref(), text(2).await.as_deref()), (Some("after"), Some("beside")));
}

async fn the_highest_number_is_known_for_each_domain(database: TestDatabase) {
    let house = House::on(database).await;
    for number in [3, 12, 7] {
        house.done(tickets::insert(DOMAIN, &ticket(number, 1), ChangeId(1))).await;
    }
    let mut highest = tickets::highest_numbers(&house.reader()).await.expect("read");
    highest.sort_unstable();
    assert_eq!(highest, [(DOMAIN, 12), (OTHER, 0)]);
}

async fn changes_come_newest_first_a_page_at_a_time(database: TestDatabase) {
    let house = House::on(database).await;
    for id in 1..=6 {
        let previous = (id > 2).then(|| ChangeId(id - 2));
        house.done(changes::insert(DOMAIN, &change(id, 1 + id % 2), previous)).await;
        house.last_change(1 + id % 2, id).await;
    }
    // Another domain's ticket of the same number does not lead into this one's changes.
    house.done(tickets::insert(OTHER, &ticket(1, 1), ChangeId(7))).await;
    house.done(changes::insert(OTHER, &change(7, 1), Some(ChangeId(6)))).await;
    let ids = |found: Vec<model::change::Change>| found.iter().map(|found| found.id.0).collect::<Vec<_>>();
    let newest = async |before| {
        ids(changes::newest(&house.reader(), DOMAIN, ChangeId(before), 4).await.expect("read"))
    };
    assert_eq!((newest(i64::MAX).await, newest(3).await), (vec![6, 5, 4, 3], vec![2, 1]));
    let of = async |domain, number, before| {
        let found = changes::of_ticket(&house.reader(), domain, number, ChangeId(before), 2).await;
        ids(found.expect("read"))
    };
    assert_eq!((of(DOMAIN, 1, i64::MAX).await, of(DOMAIN, 1, 4).await), (vec![6, 4], vec![2]));
    assert_eq!((of(DOMAIN, 1, 5).await, of(DOMAIN, 1, 2).await), (vec![4, 2], vec![]));
    assert_eq!((of(DOMAIN, 3, 9).await, of(OTHER, 1, 9).await), (vec![], vec![7]));
    let found = changes::find(&house.reader(), DOMAIN, ChangeId(5)).await.expect("read");
    assert_eq!(found, Some(change(5, 2)));
    let twice = house.commit(changes::insert(DOMAIN, &change(5, 1), None)).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
}

async fn a_body_comes_back_byte_for_byte(database: TestDatabase) {
    let house = House::on(database).await;
    let body: Arc<str> = Arc::from("{\"Subject\":\"ção \u{1f6a7}\0\\u0000\"}\r\n ");
    let insert =
        |id: i64, truncated| changes::insert_payload(DOMAIN, PayloadId(id), Arc::clone(&body), truncated);
    house.done(insert(1, false)).await;
    house.done(insert(2, true)).await;
    for (id, truncated) in [(1, false), (2, true)] {
        let found = changes::payload(&house.reader(), DOMAIN, PayloadId(id)).await.expect("read");
        assert_eq!(found, Some((Arc::clone(&body), truncated)));
    }
    assert_eq!(changes::payload(&house.reader(), OTHER, PayloadId(1)).await.expect("read"), None);
}

async fn a_corrupt_row_says_where_it_is(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(tickets::insert(DOMAIN, &ticket(41, 1), ChangeId(1))).await;
    house.done(Step::new("update tickets set data = $1", vec!["{\"number\":".into()])).await;
    let answer = tickets::find(&house.reader(), DOMAIN, 41).await;
    let place = ReadError::Corrupt { table: "tickets", column: "data", id: "41".into() };
    assert_eq!(answer, Err(place));
}
