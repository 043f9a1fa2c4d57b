//! One receiver's trouble is its own: limits for an endpoint, for the node, and for calls past their time.

use std::time::Duration;

use model::delivery::State;

use crate::receivers::{Act, closed_gate};
use crate::support::{Desk, created, patient, quick, until};

const BAD: &str = "http://bad.example/";
const GOOD: &str = "http://good.example/";

async fn tickets(desk: &Desk, count: usize) {
    for _ in 0..count {
        desk.ticket().await;
    }
}

#[tokio::test]
async fn an_endpoint_that_left_twenty_calls_unanswered_has_one_live_call_and_others_go_on() {
    let mut settings = quick();
    settings.retry.answer_within_ms = 100;
    settings.retry.retries = 0;
    let desk = Desk::open(settings, []).await;
    desk.receivers.mood(BAD, Act::Hang);
    let bad = desk.trigger(created(), BAD).await.trigger.id;
    tickets(&desk, 20).await;
    desk.log_until(|log| log.iter().filter(|row| row.state == State::Failed).count() == 20).await;
    desk.trigger(created(), GOOD).await;
    tickets(&desk, 5).await;
    desk.receivers.wait_until(|ledger| ledger.seen_at(BAD) == 25).await;
    let seen = desk.receivers.seen();
    let times: Vec<_> = seen.iter().filter(|call| call.url == BAD).map(|call| call.at).collect();
    for pair in times[20..].windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(95), "two calls were within their time at once");
    }
    desk.receivers.wait_until(|ledger| ledger.seen_at(GOOD) == 5).await;
    // One answer, and it is trusted again.
    desk.receivers.mood(BAD, Act::Status(200));
    tickets(&desk, 1).await;
    let is_back = |row: &store::log::LogRow| row.trigger == bad && row.state == State::Delivered;
    desk.log_until(|log| log.iter().any(is_back)).await;
    let (act, gate) = closed_gate();
    desk.receivers.mood(BAD, act);
    tickets(&desk, 3).await;
    desk.receivers.wait_until(|ledger| ledger.open_at(BAD) == 3).await;
    gate.add_permits(3);
}

#[tokio::test]
async fn an_endpoint_has_no_more_live_calls_than_its_share() {
    let mut settings = patient();
    settings.live_calls_per_endpoint = 2;
    let (act, gate) = closed_gate();
    let desk = Desk::open(settings, []).await;
    desk.receivers.mood(BAD, act);
    desk.trigger(created(), BAD).await;
    tickets(&desk, 6).await;
    desk.receivers.wait_until(|ledger| ledger.open_at(BAD) == 2).await;
    desk.trigger(created(), GOOD).await;
    tickets(&desk, 1).await;
    desk.receivers.wait_until(|ledger| ledger.seen_at(GOOD) == 1).await;
    gate.add_permits(7);
    desk.all_delivered(8).await;
    assert_eq!(desk.receivers.most_open_at(BAD), 2);
}

#[tokio::test]
async fn the_live_calls_of_the_node_go_round() {
    let mut settings = patient();
    settings.live_calls = 1;
    let (act, gate) = closed_gate();
    let desk = Desk::open(settings, [act]).await;
    desk.trigger(created(), "http://first.example/").await;
    tickets(&desk, 1).await;
    desk.receivers.wait_for(1).await;
    desk.trigger(created(), "http://second.example/").await;
    desk.trigger(created(), "http://third.example/").await;
    tickets(&desk, 6).await;
    gate.add_permits(1);
    let seen = desk.receivers.wait_for(19).await;
    let names: Vec<_> = seen.iter().map(|call| &call.url[7..12]).collect();
    for three in names[1..].chunks(3) {
        let mut once = three.to_vec();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 3, "somebody came twice before somebody else came once: {names:?}");
    }
}

#[tokio::test]
async fn a_call_without_a_place_to_linger_is_cut_and_says_so() {
    let mut settings = quick();
    settings.retry.retries = 0;
    settings.retry.cancel_after_ms = 60_000;
    settings.lingering_calls_per_endpoint = 1;
    let desk = Desk::open(settings, []).await;
    desk.receivers.mood(BAD, Act::Hang);
    desk.trigger(created(), BAD).await;
    tickets(&desk, 2).await;
    let log = desk.log_until(|log| log.iter().filter(|row| row.state == State::Failed).count() == 2).await;
    let mut errors = Vec::new();
    for row in &log {
        assert_eq!(row.error, "no answer within 200 ms");
        let attempts = desk.attempts(row.id).await;
        errors.push((attempts[0].error.clone(), attempts[0].ended_at.is_some()));
    }
    errors.sort();
    let cut = "no answer within 200 ms; the call was cut, since no place for a lingering call was free";
    assert_eq!(errors, [("no answer within 200 ms".into(), false), (cut.into(), true)]);
    desk.receivers.wait_until(|ledger| ledger.open_at(BAD) == 1).await;
}

#[tokio::test]
async fn the_node_has_no_more_lingering_calls_than_its_budget() {
    let mut settings = quick();
    settings.retry.retries = 0;
    settings.retry.cancel_after_ms = 60_000;
    settings.lingering_calls = 3;
    let desk = Desk::open(settings, []).await;
    let urls: Vec<String> = (0..5).map(|at| format!("http://bad{at}.example/")).collect();
    for url in &urls {
        desk.receivers.mood(url, Act::Hang);
        desk.trigger(created(), url).await;
    }
    tickets(&desk, 1).await;
    desk.log_until(|log| log.iter().filter(|row| row.state == State::Failed).count() == 5).await;
    desk.receivers.wait_until(|ledger| ledger.open.len() == 3).await;
    until("the live slots are free", async || desk.metric("gatilho_live_calls") == 0).await;
    assert_eq!(desk.metric("gatilho_lingering_calls"), 3);
}
