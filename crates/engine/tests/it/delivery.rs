//! From a change to the log: sent at once, retried, given up, late, hanging, ordered, resent, restarted.

use std::time::Duration;

use model::delivery::State;
use model::outcome::CANCELLED_ERROR;
use serde_json::json;

use crate::receivers::{Act, answer};
use crate::support::{Desk, quick};

const RENAMED: fn() -> serde_json::Value = || json!({ "field": "subject", "operator": "changed" });

#[tokio::test]
async fn a_change_arrives_at_once_and_the_log_says_delivered() {
    let desk = Desk::open(quick(), []).await;
    desk.trigger(RENAMED(), "http://receiver.example/a?secret=x").await;
    let ticket = desk.ticket().await;
    desk.rename(ticket, "Printer on fire").await;
    let seen = desk.receivers.wait_for(2).await;
    // The creation sets the subject, which counts as a change.
    assert_eq!(seen[1].url, "http://receiver.example/a?secret=x");
    assert_eq!(seen[1].json()["Subject"], "Printer on fire");
    assert_eq!(seen[1].json()["Actions"][0]["Description"], "It is broken.");
    assert_eq!(seen[1].header("gatilho-ticket-version"), "2");
    let log =
        desk.log_until(|log| log.len() == 2 && log.iter().all(|row| row.state == State::Delivered)).await;
    assert_eq!((log[0].attempts, log[0].error.as_str(), log[0].status_code), (1, "", Some(200)));
    assert_eq!(seen[1].header("webhook-id"), log.iter().map(|row| row.id).max().unwrap().to_string());
}

#[tokio::test]
async fn five_attempts_then_failed_with_one_notice() {
    let desk = Desk::open(quick(), vec![Act::Status(503); 5]).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    let log = desk.log_until(|log| log.first().is_some_and(|row| row.state == State::Failed)).await;
    assert_eq!((log[0].attempts, log[0].error.as_str()), (5, "answered 503"));
    let seen = desk.receivers.seen();
    assert_eq!(seen.len(), 5);
    assert!(
        seen.iter().all(
            |call| call.body == seen[0].body && call.header("webhook-id") == seen[0].header("webhook-id")
        )
    );
    assert!(
        seen.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(45)),
        "retries keep their distance"
    );
    let notices =
        store::notices::page(&desk.engine.reader(), desk.caller.domain, "1", None, 10).await.unwrap();
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].count, notices[0].gave_up, notices[0].read), (5, 1, false));
}

#[tokio::test]
async fn a_recovery_closes_the_notice() {
    let desk = Desk::open(quick(), [Act::Status(500)]).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    desk.log_until(|log| log.first().is_some_and(|row| row.state == State::Delivered)).await;
    let notices =
        store::notices::page(&desk.engine.reader(), desk.caller.domain, "1", None, 10).await.unwrap();
    assert!(notices[0].recovered_at.is_some());
}

#[tokio::test]
async fn a_late_answer_stays_a_failure_and_is_recorded() {
    let late = Act::After(Duration::from_millis(350), Box::new(answer(200)));
    let desk = Desk::open(quick(), [late]).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    let log = desk.log_until(|log| log.first().is_some_and(|row| row.state == State::Delivered)).await;
    let attempts =
        store::attempts::of_delivery(&desk.engine.reader(), desk.caller.domain, log[0].id).await.unwrap();
    assert_eq!(attempts.len(), 2);
    assert_eq!((attempts[0].outcome.as_str(), attempts[0].status_code), ("late", Some(200)));
    assert!(attempts[0].error.starts_with("answered 200 after"), "{}", attempts[0].error);
    assert_eq!(desk.receivers.most_open(), 1, "two calls of one delivery overlapped");
}

#[tokio::test]
async fn a_hanging_call_is_cut_with_the_articles_words_and_calls_never_overlap() {
    let mut settings = quick();
    settings.retry.retries = 1;
    let desk = Desk::open(settings, [Act::Hang, Act::Hang]).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    desk.log_until(|log| log.first().is_some_and(|row| row.error == "no answer within 200 ms")).await;
    let log = desk
        .log_until(|log| {
            log.first().is_some_and(|row| row.state == State::Failed && row.error == CANCELLED_ERROR)
        })
        .await;
    assert_eq!((log[0].attempts, desk.receivers.most_open(), desk.receivers.seen().len()), (2, 1, 2));
}

#[tokio::test]
async fn what_a_stop_cut_goes_on_after_the_restart_and_uses_up_no_attempt() {
    let desk = Desk::open(quick(), [Act::Hang]).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    let desk = desk.restart([]).await;
    let log = desk.log_until(|log| log.first().is_some_and(|row| row.state == State::Delivered)).await;
    assert_eq!(log[0].attempts, 1);
    let attempts =
        store::attempts::of_delivery(&desk.engine.reader(), desk.caller.domain, log[0].id).await.unwrap();
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_str()).collect();
    assert_eq!(outcomes, ["interrupted", "accepted"]);
}

#[tokio::test]
async fn a_resend_sends_the_same_bytes_under_the_same_id() {
    let desk = Desk::open(quick(), []).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    let log = desk.log_until(|log| log.first().is_some_and(|row| row.state == State::Delivered)).await;
    desk.engine.resend(&desk.caller, log[0].id).await.unwrap();
    let seen = desk.receivers.wait_for(2).await;
    assert_eq!(seen[0].body, seen[1].body);
    assert_eq!(seen[0].header("webhook-id"), seen[1].header("webhook-id"));
    assert_eq!((seen[0].header("gatilho-resend"), seen[1].header("gatilho-resend")), ("", "1"));
}

#[tokio::test]
async fn what_is_not_closed_or_still_has_a_call_is_not_sent_again() {
    let mut settings = quick();
    settings.retry.retries = 0;
    settings.retry.cancel_after_ms = 60_000;
    let desk = Desk::open(settings, [Act::Hang]).await;
    desk.trigger(json!({ "field": "ticket", "operator": "created" }), "http://receiver.example/").await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    let id = desk.log().await[0].id;
    let refused = async || match desk.engine.resend(&desk.caller, id).await {
        Err(engine::Error::Conflict(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(refused().await.to_string().contains("it is sending"));
    desk.log_until(|log| log[0].state == State::Failed).await;
    assert!(refused().await.to_string().contains("still open"));
    let unknown = desk.engine.resend(&desk.caller, model::ids::DeliveryId(1)).await;
    assert!(matches!(unknown, Err(engine::Error::NotFound(_))), "{unknown:?}");
    let queued = store::log::Filter { status: Some(model::delivery::Shown::Queued), ..Default::default() };
    let invalid = desk.engine.resend_matching(&desk.caller, &queued).await;
    assert!(matches!(invalid, Err(engine::Error::Invalid(_))), "{invalid:?}");
}
