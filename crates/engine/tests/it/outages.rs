//! A database that refuses or whose answer is lost: what was done is recorded when it is back, and no call is repeated.

use std::time::Duration;

use engine::Error;
use fail::FailScenario;
use model::delivery::State;

use crate::receivers::{Act, closed_gate};
use crate::support::{Desk, created, new_ticket, patient, quick, renamed, subject_of, until};

const URL: &str = "http://receiver.example/";
const REFUSED: &str = "commit::refused";
const UNKNOWN: &str = "commit::unknown";

#[tokio::test]
async fn a_result_that_cannot_be_recorded_is_kept_until_it_can() {
    let scenario = FailScenario::setup();
    let (act, gate) = closed_gate();
    let mut settings = patient();
    settings.monitor_every = Duration::from_millis(20);
    let desk = Desk::open(settings, [act]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    fail::cfg(REFUSED, "return").unwrap();
    gate.add_permits(1);
    desk.receivers.wait_until(|ledger| ledger.open.is_empty()).await;
    desk.looks(3).await;
    assert_eq!(desk.log().await[0].state, State::Sending);
    let refused = desk.engine.create_ticket(&desk.caller, new_ticket()).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    fail::remove(REFUSED);
    let log = desk.all_delivered(1).await;
    assert_eq!((log[0].attempts, desk.receivers.seen().len()), (1, 1));
    assert_eq!(desk.attempts(log[0].id).await.len(), 1);
    scenario.teardown();
}

#[tokio::test]
async fn a_verdict_that_cannot_be_recorded_keeps_its_call_and_its_lease() {
    let scenario = FailScenario::setup();
    let mut settings = quick();
    settings.retry.answer_within_ms = 100;
    settings.retry.cancel_after_ms = 60_000;
    let (act, gate) = closed_gate();
    let desk = Desk::open(settings, [act]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    fail::cfg(REFUSED, "return").unwrap();
    // The call ends after its verdict and before that is written.
    until("it lingers", async || desk.metric("gatilho_lingering_calls") == 1).await;
    gate.add_permits(1);
    desk.receivers.wait_until(|ledger| ledger.open.is_empty()).await;
    fail::remove(REFUSED);
    let log = desk.all_delivered(1).await;
    let outcomes: Vec<_> =
        desk.attempts(log[0].id).await.into_iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, ["late", "accepted"]);
    assert_eq!((desk.receivers.seen().len(), desk.receivers.most_open()), (2, 1));
    scenario.teardown();
}

#[tokio::test]
async fn a_save_whose_end_is_unknown_is_found_out_and_sent_once() {
    let scenario = FailScenario::setup();
    let mut settings = patient();
    settings.monitor_every = Duration::from_millis(50);
    let desk = Desk::open(settings, []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.all_delivered(1).await;
    fail::cfg(UNKNOWN, "1*return->off").unwrap();
    desk.engine.update_ticket(&desk.caller, ticket, subject_of("once")).await.unwrap();
    desk.all_delivered(2).await;
    fail::cfg(UNKNOWN, "1*return->off").unwrap();
    let second = desk.engine.create_ticket(&desk.caller, new_ticket()).await.unwrap();
    desk.all_delivered(3).await;
    desk.looks(2).await;
    assert_eq!((desk.changes(ticket).await.len(), desk.changes(second).await.len()), (2, 1));
    assert_eq!(desk.receivers.seen().len(), 3);
    scenario.teardown();
}

#[tokio::test]
async fn an_unknown_end_is_not_called_a_refusal_by_the_refusals_after_it() {
    let scenario = FailScenario::setup();
    let desk = Desk::open(patient(), []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.all_delivered(1).await;
    // The commit is done, its answer is lost, and then the disk is full for a while.
    fail::cfg(UNKNOWN, "1*return->off").unwrap();
    fail::cfg(REFUSED, "1*off->3*return->off").unwrap();
    desk.engine.update_ticket(&desk.caller, ticket, subject_of("stored")).await.unwrap();
    assert_eq!(desk.changes(ticket).await.len(), 2);
    desk.all_delivered(2).await;
    scenario.teardown();
}

#[tokio::test]
async fn a_record_whose_end_is_unknown_is_not_made_twice() {
    let scenario = FailScenario::setup();
    let mut settings = quick();
    settings.retry.answer_within_ms = 100;
    settings.retry.cancel_after_ms = 300;
    settings.retry.retries = 0;
    let desk = Desk::open(settings, [Act::Hang]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    // The verdict is written, its answer is lost, and the disk is full for a while: the end must still be written.
    fail::cfg(UNKNOWN, "1*return->off").unwrap();
    fail::cfg(REFUSED, "1*off->2*return->off").unwrap();
    let log = desk.log_until(|log| log[0].error == model::outcome::CANCELLED_ERROR).await;
    assert_eq!(log[0].state, State::Failed);
    until("its lease is given back", async || {
        desk.count("select count(*) from deliveries where lease_owner is not null").await == 0
    })
    .await;
    let attempts = desk.attempts(log[0].id).await;
    assert_eq!((attempts.len(), attempts[0].outcome.as_str()), (1, "cancelled"));
    scenario.teardown();
}

#[tokio::test]
async fn a_claim_whose_end_is_unknown_is_found_out_by_the_look() {
    let scenario = FailScenario::setup();
    let mut settings = patient();
    settings.hold = Duration::from_millis(100);
    settings.monitor_every = Duration::from_millis(50);
    let desk = Desk::open(settings, []).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    fail::cfg(UNKNOWN, "1*return->off").unwrap();
    let log = desk.all_delivered(1).await;
    desk.looks(2).await;
    assert_eq!((log[0].attempts, desk.receivers.seen().len()), (1, 1));
    scenario.teardown();
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_database_that_refuses() {
    let scenario = FailScenario::setup();
    let (act, gate) = closed_gate();
    let desk = Desk::open(patient(), [act]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    fail::cfg(REFUSED, "return").unwrap();
    gate.add_permits(1);
    desk.receivers.wait_until(|ledger| ledger.open.is_empty()).await;
    // The result is lost with the process: the call is repeated under the same id.
    let first = desk.receivers.seen().remove(0);
    desk.engine.stop().await;
    scenario.teardown();
    let desk = desk.restart([]).await;
    let log = desk.all_delivered(1).await;
    assert_eq!(desk.receivers.seen()[0].id(), first.id());
    let outcomes: Vec<_> =
        desk.attempts(log[0].id).await.into_iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, ["interrupted", "accepted"]);
}
