//! The order of one ticket's first attempts at one endpoint: waited for, at most as long as an answer may take.

use std::time::Duration;

use crate::receivers::{Act, Seen, closed_gate};
use crate::support::{Desk, patient, quick, renamed};

const URL: &str = "http://receiver.example/";

/// Ticket and version of each call, in the order in which they came.
fn told(seen: &[Seen]) -> Vec<(i64, String)> {
    seen.iter().map(|call| (call.ticket(), call.header("gatilho-ticket-version").to_owned())).collect()
}

#[tokio::test]
async fn a_first_attempt_waits_for_the_one_before_it_of_the_same_ticket() {
    let (act, gate) = closed_gate();
    let desk = Desk::open(patient(), [act]).await;
    desk.trigger(renamed(), URL).await;
    let first = desk.ticket().await;
    desk.receivers.wait_for(1).await;
    desk.rename(first, "second").await;
    desk.rename(first, "third").await;
    // Another ticket does not wait, though its change came later.
    let other = desk.ticket().await;
    desk.receivers.wait_for(2).await;
    gate.add_permits(1);
    let seen = desk.receivers.wait_for(4).await;
    let version = |ticket: i64, version: &str| (ticket, version.to_owned());
    let wanted = [version(first, "1"), version(other, "1"), version(first, "2"), version(first, "3")];
    assert_eq!(told(&seen), wanted);
    assert!(seen[2].ended_before.contains(&0), "the second came while the first was under way");
    assert!(seen[3].ended_before.contains(&2), "the third came while the second was under way");
}

#[tokio::test]
async fn another_endpoint_does_not_wait() {
    let desk = Desk::open(patient(), []).await;
    let (act, gate) = closed_gate();
    let slow = "http://slow.example/";
    desk.receivers.mood(slow, act);
    desk.trigger(renamed(), slow).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.rename(ticket, "second").await;
    desk.receivers.wait_until(|ledger| ledger.seen_at(URL) == 2).await;
    assert_eq!(desk.receivers.most_open_at(slow), 1);
    gate.add_permits(2);
    desk.all_delivered(4).await;
}

#[tokio::test]
async fn the_wait_ends_with_the_time_for_an_answer() {
    let mut settings = quick();
    settings.retry.cancel_after_ms = 60_000;
    let desk = Desk::open(settings, [Act::Hang]).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.receivers.wait_for(1).await;
    desk.rename(ticket, "second").await;
    let seen = desk.receivers.wait_for(2).await;
    assert_eq!(seen[1].header("gatilho-ticket-version"), "2");
    assert!(!seen[1].ended_before.contains(&0), "it waited for the end of a call that had failed");
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(190), "it did not wait for the verdict");
}

#[tokio::test]
async fn nobody_waits_for_a_retry() {
    let mut settings = patient();
    settings.retry.retry_every_ms = 600_000;
    let desk = Desk::open(settings, [Act::Status(503)]).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.receivers.wait_for(1).await;
    desk.rename(ticket, "second").await;
    let seen = desk.receivers.wait_for(2).await;
    assert_eq!(told(&seen), [(ticket, "1".into()), (ticket, "2".into())]);
}

#[tokio::test]
async fn what_waits_in_the_queue_keeps_the_order_too() {
    let mut settings = patient();
    settings.live_calls_per_endpoint = 2;
    let (act, gate) = closed_gate();
    let desk = Desk::open(settings, []).await;
    desk.receivers.mood(URL, act);
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    for version in 2..=8 {
        desk.rename(ticket, &format!("version {version}")).await;
    }
    gate.add_permits(100);
    let seen = desk.receivers.wait_for(8).await;
    let versions: Vec<_> = seen.iter().map(|call| call.header("gatilho-ticket-version")).collect();
    assert_eq!(versions, ["1", "2", "3", "4", "5", "6", "7", "8"]);
}
