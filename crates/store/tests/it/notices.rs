//! Lives here: notices: one row for each outage, counting, read again when something was given up, closed by recovery.
//! Not here: when somebody is told (the engine).

use model::ids::{EndpointId, NoticeId, TriggerId};
use model::notice::{Notice, NoticeKind};
use store::notices::{self, Event};
use store::on_each_database;
use store::testing::TestDatabase;

use crate::rows::{DOMAIN, ENDPOINT, House, OTHER, OTHER_ENDPOINT, at, event};

on_each_database!(
    an_outage_is_one_notice_that_counts,
    what_was_read_is_unread_again_when_a_delivery_gives_up,
    a_recovery_closes_the_notice_and_the_next_outage_opens_another,
    notices_of_other_kinds_subjects_and_domains_stand_apart,
    reading_is_each_persons_own,
    all_are_read_at_once_by_one_person,
    pages_go_back_in_time_without_gaps_or_repeats,
    failing_endpoints_are_those_with_an_open_failure,
);

async fn page(house: &House, person: &str) -> Vec<Notice> {
    notices::page(&house.reader(), DOMAIN, person, None, 100).await.expect("read")
}

async fn an_outage_is_one_notice_that_counts(database: TestDatabase) {
    let house = House::on(database).await;
    for (id, ms) in [(1, 10), (2, 20), (3, 30)] {
        let text = format!("failure {id}");
        let event = Event { text, ticket_number: Some(100 + id), ..event(id, ms) };
        house.done(notices::notice(DOMAIN, &event)).await;
    }
    let found = page(&house, "1").await;
    let [notice] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((notice.id, notice.kind, notice.count), (NoticeId(1), NoticeKind::WebhookFailing, 3));
    assert_eq!((notice.text.as_str(), notice.ticket_number), ("failure 3", Some(103)));
    assert_eq!((notice.opened_at, notice.updated_at, notice.recovered_at), (at(10), at(30), None));
    assert_eq!((notice.endpoint, notice.url.as_str()), (Some(ENDPOINT), "https://depot.example/"));
    assert_eq!((notice.gave_up, notice.read, notice.trigger), (0, false, None));
}

async fn what_was_read_is_unread_again_when_a_delivery_gives_up(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(notices::notice(DOMAIN, &event(1, 10))).await;
    house.done(notices::mark_read(DOMAIN, NoticeId(1), "1")).await;
    house.done(notices::notice(DOMAIN, &event(2, 20))).await;
    assert!(page(&house, "1").await[0].read, "one more failure is no news");
    house.done(notices::notice(DOMAIN, &Event { gave_up: 1, ..event(3, 30) })).await;
    let notice = page(&house, "1").await.remove(0);
    assert_eq!((notice.read, notice.gave_up, notice.count), (false, 1, 3));
    house.done(notices::mark_read(DOMAIN, NoticeId(1), "1")).await;
    assert!(page(&house, "1").await[0].read);
}

async fn a_recovery_closes_the_notice_and_the_next_outage_opens_another(database: TestDatabase) {
    let house = House::on(database).await;
    let subject = ENDPOINT.to_string();
    let is_open = async || {
        let kind = NoticeKind::WebhookFailing;
        notices::is_open(&house.reader(), DOMAIN, kind, &subject).await.expect("read")
    };
    house.done(notices::notice(DOMAIN, &event(1, 10))).await;
    assert!(is_open().await);
    house.done(notices::recover(DOMAIN, NoticeKind::WebhookFailing, &subject, at(15))).await;
    assert!(!is_open().await);
    house.done(notices::recover(DOMAIN, NoticeKind::WebhookFailing, &subject, at(17))).await;
    house.done(notices::notice(DOMAIN, &event(2, 20))).await;
    let told: Vec<_> = page(&house, "1")
        .await
        .iter()
        .map(|notice| (notice.id.0, notice.count, notice.recovered_at))
        .collect();
    assert_eq!(told, [(2, 1, None), (1, 1, Some(at(15)))]);
}

async fn notices_of_other_kinds_subjects_and_domains_stand_apart(database: TestDatabase) {
    let house = House::on(database).await;
    let paused = Event { kind: NoticeKind::EndpointPaused, ..event(2, 2) };
    let second = Event { subject: "another".into(), ..event(3, 3) };
    let fault = Event {
        kind: NoticeKind::TriggerFault,
        endpoint: None,
        trigger: Some(TriggerId(5)),
        ticket_number: None,
        ..event(4, 4)
    };
    for event in [&event(1, 1), &paused, &second, &fault] {
        house.done(notices::notice(DOMAIN, event)).await;
    }
    house.done(notices::notice(OTHER, &event(9, 9))).await;
    house.done(notices::recover(OTHER, NoticeKind::EndpointPaused, &ENDPOINT.to_string(), at(5))).await;
    house.done(notices::recover(DOMAIN, NoticeKind::EndpointPaused, &ENDPOINT.to_string(), at(6))).await;
    let told: Vec<_> = page(&house, "1")
        .await
        .iter()
        .map(|notice| (notice.id.0, notice.kind, notice.recovered_at.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            (2, NoticeKind::EndpointPaused, true),
            (4, NoticeKind::TriggerFault, false),
            (3, NoticeKind::WebhookFailing, false),
            (1, NoticeKind::WebhookFailing, false),
        ]
    );
    let fault = &page(&house, "1").await[1];
    assert_eq!((fault.url.as_str(), fault.trigger, fault.ticket_number), ("", Some(TriggerId(5)), None));
}

async fn reading_is_each_persons_own(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(notices::notice(DOMAIN, &event(1, 1))).await;
    let read = house.done(notices::mark_read(DOMAIN, NoticeId(1), "1")).await;
    assert_eq!(read.len(), 1);
    assert_eq!((page(&house, "1").await[0].read, page(&house, "2").await[0].read), (true, false));
    for (domain, id) in [(OTHER, 1), (DOMAIN, 2)] {
        let none = house.done(notices::mark_read(domain, NoticeId(id), "1")).await;
        assert_eq!(none.len(), 0, "{domain} {id}");
    }
}

async fn all_are_read_at_once_by_one_person(database: TestDatabase) {
    let house = House::on(database).await;
    for id in 1..=3 {
        house.done(notices::notice(DOMAIN, &Event { subject: id.to_string(), ..event(id, id) })).await;
    }
    house.done(notices::mark_read(DOMAIN, NoticeId(2), "1")).await;
    house.done(notices::mark_all_read(OTHER, "1")).await;
    let unread = async |person| notices::unread(&house.reader(), DOMAIN, person).await.expect("read");
    assert_eq!(unread("1").await, 2);
    house.done(notices::mark_all_read(DOMAIN, "1")).await;
    assert_eq!((unread("1").await, unread("2").await), (0, 3));
    house.done(notices::notice(DOMAIN, &Event { gave_up: 1, subject: "3".into(), ..event(4, 9) })).await;
    assert_eq!(unread("1").await, 1, "what was given up since is news");
}

async fn pages_go_back_in_time_without_gaps_or_repeats(database: TestDatabase) {
    let house = House::on(database).await;
    for id in 1..=7 {
        // Two of them at once.
        let event = Event { subject: id.to_string(), ..event(id, id / 2) };
        house.done(notices::notice(DOMAIN, &event)).await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = notices::page(&house.reader(), DOMAIN, "1", after, 3).await.expect("read");
        let Some(last) = page.last() else { break };
        after = Some((last.updated_at, last.id));
        seen.extend(page.iter().map(|notice| notice.id.0));
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

async fn failing_endpoints_are_those_with_an_open_failure(database: TestDatabase) {
    let house = House::on(database).await;
    let over = Event { subject: "over".into(), endpoint: Some(EndpointId(71)), ..event(2, 2) };
    let paused = Event {
        kind: NoticeKind::EndpointPaused,
        endpoint: Some(EndpointId(72)),
        subject: "paused".into(),
        ..event(3, 3)
    };
    for event in [&event(1, 1), &over, &paused] {
        house.done(notices::notice(DOMAIN, event)).await;
    }
    house.done(notices::recover(DOMAIN, NoticeKind::WebhookFailing, "over", at(4))).await;
    house.done(notices::notice(OTHER, &Event { endpoint: Some(OTHER_ENDPOINT), ..event(5, 5) })).await;
    let mut failing = notices::failing_endpoints(&house.reader()).await.expect("read");
    failing.sort_unstable();
    assert_eq!(failing, [ENDPOINT, OTHER_ENDPOINT]);
}
