//! A save on its way in: one write with all that follows from it, whoever waits for it, however many come at once.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use engine::Error;
use engine::commands::tickets::TicketInput;
use fail::FailScenario;
use model::notice::NoticeKind;
use serde_json::json;

use crate::support::{Desk, created, new_ticket, patient, renamed, subject_of, until};

const URL: &str = "http://receiver.example/";

/// How many rows the tables of a save have.
async fn rows(desk: &Desk) -> [i64; 4] {
    [
        desk.count("select count(*) from tickets").await,
        desk.count("select count(*) from changes").await,
        desk.count("select count(*) from payloads").await,
        desk.count("select count(*) from deliveries").await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_updates_at_once_make_a_hundred_versions_without_gaps() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    let mut updates = Vec::new();
    for n in 0..100 {
        let (engine, caller) = (desk.engine.clone(), desk.caller.clone());
        updates.push(tokio::spawn(async move {
            engine.update_ticket(&caller, ticket, subject_of(&format!("subject {n}"))).await.unwrap();
        }));
    }
    for update in updates {
        update.await.unwrap();
    }
    let changes = desk.changes(ticket).await;
    let versions: Vec<_> = changes.iter().map(|change| change.ticket_version).collect();
    assert_eq!(versions, (1..=101).collect::<Vec<_>>());
    assert!(changes.iter().all(|change| change.firings.len() == 1));
    // Each change begins where the one before it ended.
    for two in changes.windows(2) {
        assert_eq!(two[1].before().map(|before| before.subject.clone()), Some(two[0].after().subject));
    }
    desk.all_delivered(101).await;
    let seen = desk.receivers.seen();
    let told: Vec<i64> =
        seen.iter().map(|call| call.header("gatilho-ticket-version").parse().unwrap()).collect();
    assert_eq!(told, (1..=101).collect::<Vec<_>>(), "first attempts keep the ticket's order");
}

#[tokio::test]
async fn an_update_that_changes_nothing_makes_no_change() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    let before = rows(&desk).await;
    desk.rename(ticket, "Printer").await;
    desk.engine.update_ticket(&desk.caller, ticket, TicketInput::default()).await.unwrap();
    assert_eq!(rows(&desk).await, before);
    let kept = store::tickets::find(&desk.engine.reader(), desk.caller.domain, ticket).await.unwrap();
    assert_eq!(kept.map(|ticket| ticket.version), Some(1));
}

#[tokio::test]
async fn a_save_that_nobody_waits_for_is_done_with_all_that_follows() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    {
        let save = pin!(desk.engine.update_ticket(&desk.caller, ticket, subject_of("left behind")));
        assert!(save.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let seen = desk.receivers.wait_for(2).await;
    assert_eq!(seen[1].json()["Subject"], "left behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_opened_at_once_have_numbers_of_their_own_that_rise_over_restarts() {
    let desk = Desk::open(patient(), []).await;
    let mut saves = Vec::new();
    for _ in 0..100 {
        let (engine, caller) = (desk.engine.clone(), desk.caller.clone());
        saves.push(tokio::spawn(async move { engine.create_ticket(&caller, new_ticket()).await.unwrap() }));
    }
    let mut numbers = BTreeSet::new();
    for save in saves {
        assert!(numbers.insert(save.await.unwrap()), "a number was given twice");
    }
    assert_eq!(numbers, (1..=100).collect());
    let desk = desk.restart([]).await;
    assert_eq!(desk.ticket().await, 101);
}

#[tokio::test]
async fn a_save_that_breaks_off_stores_nothing_and_keeps_no_place() {
    let scenario = FailScenario::setup();
    let mut settings = patient();
    (settings.live_calls_per_endpoint, settings.live_calls, settings.backlog_max) = (2, 2, 2);
    let desk = Desk::open(settings, []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.all_delivered(1).await;
    let before = rows(&desk).await;
    fail::cfg("intake::before_commit", "panic").unwrap();
    for _ in 0..5 {
        let answer = desk.engine.update_ticket(&desk.caller, ticket, subject_of("broken off")).await;
        assert!(matches!(answer, Err(Error::Internal(_))), "{answer:?}");
    }
    assert_eq!(rows(&desk).await, before);
    fail::remove("intake::before_commit");
    // Places, slots and numbers are as free as before: more than there are of them go through.
    for round in 2..=6 {
        desk.rename(ticket, &format!("round {round}")).await;
        desk.all_delivered(round).await;
    }
    scenario.teardown();
}

#[tokio::test]
async fn a_save_that_breaks_off_after_its_commit_is_delivered_by_the_look() {
    let scenario = FailScenario::setup();
    let mut settings = patient();
    settings.monitor_every = std::time::Duration::from_millis(50);
    let desk = Desk::open(settings, []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    fail::cfg("intake::after_commit", "1*panic->off").unwrap();
    let answer = desk.engine.update_ticket(&desk.caller, ticket, subject_of("committed")).await;
    assert!(matches!(answer, Err(Error::Internal(_))), "{answer:?}");
    let seen = desk.receivers.wait_for(2).await;
    assert_eq!(seen[1].json()["Subject"], "committed");
    // What memory kept of the ticket is older than its row: the next save finds out.
    desk.rename(ticket, "and on").await;
    let versions: Vec<_> = desk.changes(ticket).await.iter().map(|change| change.ticket_version).collect();
    assert_eq!(versions, [1, 2, 3]);
    desk.all_delivered(3).await;
    scenario.teardown();
}

#[tokio::test]
async fn a_trigger_whose_effect_cannot_be_is_undone_alone_and_noticed() {
    let desk = Desk::open(patient(), []).await;
    let tagging = |tag: &str| {
        json!({
            "name": format!("tag {tag}"),
            "conditions": { "all": [renamed()] },
            "actions": [{ "kind": "add_tag", "tag": tag }, { "kind": "webhook", "url": URL }],
        })
    };
    let one = desk.engine.create_trigger(&desk.caller, &tagging("one")).await.unwrap().trigger.id;
    let many = desk.engine.create_trigger(&desk.caller, &tagging("many")).await.unwrap().trigger.id;
    desk.trigger(renamed(), "http://beside.example/").await;
    // With 99 tags there is room for one more.
    let tags = (0..99).map(|n| format!("tag {n}")).collect();
    let input = TicketInput { tags: Some(tags), ..new_ticket() };
    let ticket = desk.engine.create_ticket(&desk.caller, input).await.unwrap();
    let change = desk.changes(ticket).await.remove(0);
    let faults: Vec<_> =
        change.firings.iter().map(|firing| (firing.trigger, firing.fault.is_some())).collect();
    assert_eq!(faults[..2], [(one, false), (many, true)]);
    assert!(!faults[2].1);
    let after = change.after();
    assert_eq!((after.tags.len(), after.tags.last().map(String::as_str)), (100, Some("one")));
    let notices = desk.notices(NoticeKind::TriggerFault).await;
    assert_eq!((notices.len(), notices[0].trigger), (1, Some(many)));
    assert!(notices[0].text.contains("takes no more"), "{}", notices[0].text);
    let log = desk.all_delivered(2).await;
    assert!(log.iter().all(|row| row.trigger != many), "its webhook was undone with its effect");
}

#[tokio::test]
async fn a_ticket_is_told_about_as_its_triggers_left_it() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    let resolving = json!({
        "name": "resolve",
        "conditions": { "all": [created()] },
        "actions": [{ "kind": "set_status", "status": "Resolved" }],
    });
    desk.engine.create_trigger(&desk.caller, &resolving).await.unwrap();
    let ticket = desk.ticket().await;
    let seen = desk.receivers.wait_for(1).await;
    assert_eq!(seen[0].json()["Status"], "Resolved");
    let kept = store::tickets::find(&desk.engine.reader(), desk.caller.domain, ticket).await.unwrap();
    assert_eq!(kept.map(|ticket| ticket.status), Some("Resolved".into()));
}

#[tokio::test]
async fn a_get_made_on_receipt_shows_the_change() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    for round in 2..=20 {
        desk.rename(ticket, &format!("round {round}")).await;
        let seen = desk.receivers.wait_for(round).await;
        let shown = store::tickets::find(&desk.engine.reader(), desk.caller.domain, ticket).await.unwrap();
        assert_eq!(shown.unwrap().subject, seen[round - 1].json()["Subject"]);
    }
    until("all are recorded", async || desk.metric("gatilho_live_calls") == 0).await;
}

#[tokio::test]
async fn a_deleted_ticket_takes_no_changes_and_stays_readable() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(json!({ "field": "ticket", "operator": "deleted" }), URL).await;
    let ticket = desk.ticket().await;
    desk.engine.delete_ticket(&desk.caller, ticket).await.unwrap();
    desk.receivers.wait_for(1).await;
    for answer in [
        desk.engine.delete_ticket(&desk.caller, ticket).await,
        desk.engine.update_ticket(&desk.caller, ticket, subject_of("again")).await,
    ] {
        assert!(matches!(answer, Err(Error::Invalid(_))), "{answer:?}");
    }
    let missing = desk.engine.update_ticket(&desk.caller, ticket + 1, subject_of("again")).await;
    assert!(matches!(missing, Err(Error::NotFound(_))), "{missing:?}");
    let kept = store::tickets::find(&desk.engine.reader(), desk.caller.domain, ticket).await.unwrap();
    assert!(kept.is_some_and(|ticket| ticket.is_deleted && ticket.version == 2));
}
