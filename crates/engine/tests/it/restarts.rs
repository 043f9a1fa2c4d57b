//! What outlives a stop: deliveries in every state go on, nothing under way uses up an attempt, no lease stays behind.

use std::time::Duration;

use engine::Settings;
use model::delivery::State;
use store::db::{Db, Query};

use crate::receivers::{Act, closed_gate};
use crate::support::{Desk, created, patient, quick, renamed};

const URL: &str = "http://receiver.example/";

async fn number(db: &Db, sql: &'static str) -> i64 {
    db.reader().rows(Query::new(sql, vec![])).await.unwrap()[0].integer(0).unwrap()
}

const LEASES: &str = "select count(*) from deliveries where lease_owner is not null";

#[tokio::test]
async fn what_retries_goes_on_with_the_attempt_it_had_come_to() {
    let mut settings = patient();
    settings.retry.retry_every_ms = 400;
    let desk = Desk::open(settings, [Act::Status(500), Act::Status(500)]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    desk.log_until(|log| (log[0].state, log[0].attempts) == (State::Retrying, 2)).await;
    let desk = desk.restart([]).await;
    let log = desk.all_delivered(1).await;
    assert_eq!(log[0].attempts, 3);
    let outcomes: Vec<_> =
        desk.attempts(log[0].id).await.into_iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, ["refused", "refused", "accepted"]);
    assert_eq!(desk.receivers.seen().len(), 1);
}

#[tokio::test]
async fn what_was_queued_goes_out_in_the_next_life() {
    let (act, _gate) = closed_gate();
    let desk = Desk::open(Settings { live_calls_per_endpoint: 1, ..patient() }, [act]).await;
    desk.trigger(created(), URL).await;
    for _ in 0..5 {
        desk.ticket().await;
    }
    desk.receivers.wait_for(1).await;
    let desk = desk.restart([]).await;
    let log = desk.all_delivered(5).await;
    let mut cut = 0;
    for row in &log {
        let outcomes: Vec<_> =
            desk.attempts(row.id).await.into_iter().map(|attempt| attempt.outcome).collect();
        cut += usize::from(outcomes == ["interrupted", "accepted"]);
        assert!(outcomes.last().is_some_and(|outcome| outcome == "accepted"));
    }
    assert_eq!((cut, desk.receivers.seen().len()), (1, 5), "one call was under way");
}

#[tokio::test]
async fn a_stop_gives_every_lease_back() {
    let mut settings = quick();
    settings.retry.cancel_after_ms = 60_000;
    settings.live_calls_per_endpoint = 4;
    let desk = Desk::open(settings, []).await;
    desk.receivers.mood(URL, Act::Hang);
    desk.trigger(renamed(), URL).await;
    // Some linger, some are under way, one waits for its turn, some are queued.
    for _ in 0..3 {
        desk.ticket().await;
    }
    desk.log_until(|log| log.iter().filter(|row| row.state == State::Retrying).count() == 3).await;
    let ticket = desk.ticket().await;
    for round in 2..=6 {
        desk.rename(ticket, &format!("round {round}")).await;
    }
    let (db, _directory) = desk.stop().await;
    assert_eq!(number(&db, LEASES).await, 0);
    assert_eq!(number(&db, "select count(*) from attempts where ended_at_ms is null").await, 0);
    const STUCK: &str =
        "select count(*) from deliveries where state not in ('queued', 'retrying') or due_at_ms is null";
    assert_eq!(number(&db, STUCK).await, 0, "every one of them is due again");
}

#[tokio::test]
async fn what_waited_for_its_turn_when_the_server_stopped_was_not_interrupted() {
    let (act, _gate) = closed_gate();
    let desk = Desk::open(patient(), [act]).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    desk.receivers.wait_for(1).await;
    desk.rename(ticket, "second").await;
    let (db, _directory) = desk.stop().await;
    assert_eq!(number(&db, "select count(*) from attempts where outcome = 'interrupted'").await, 1);
    assert_eq!(number(&db, "select cast(sum(interrupted) as bigint) from deliveries").await, 1);
    assert_eq!(
        number(&db, "select count(*) from deliveries where state = 'queued' and attempts = 0").await,
        2
    );
}

#[tokio::test]
async fn a_fourth_interruption_counts_as_a_failed_attempt() {
    let mut settings = patient();
    settings.retry.retry_every_ms = 50;
    settings.shutdown_within = Duration::from_millis(1);
    let mut desk = Desk::open(settings, [Act::Hang]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    for cut in 1..=4 {
        desk.receivers.wait_for(1).await;
        desk = desk.restart((cut < 4).then_some(Act::Hang)).await;
    }
    let log = desk.all_delivered(1).await;
    assert_eq!(log[0].attempts, 2, "three are forgiven, the fourth was an attempt");
    let kept: Vec<_> =
        desk.attempts(log[0].id).await.into_iter().map(|attempt| (attempt.outcome, attempt.number)).collect();
    let cut = || ("interrupted".to_owned(), 1);
    assert_eq!(kept, [cut(), cut(), cut(), cut(), ("accepted".into(), 2)]);
}

#[tokio::test]
async fn a_stop_lets_open_calls_end() {
    let mut settings = patient();
    settings.shutdown_within = Duration::from_secs(20);
    let (act, gate) = closed_gate();
    let desk = Desk::open(settings, [act]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    gate.add_permits(1);
    let desk = desk.restart([]).await;
    assert_eq!(desk.log().await[0].state, State::Delivered);
    assert!(desk.receivers.seen().is_empty(), "what was delivered is not sent again");
}

#[tokio::test]
async fn an_engine_that_stops_is_not_ready() {
    let desk = Desk::open(patient(), []).await;
    assert!(desk.engine.is_ready());
    desk.engine.stop().await;
    assert!(!desk.engine.is_ready());
    let late = desk.engine.create_ticket(&desk.caller, crate::support::new_ticket()).await;
    assert!(matches!(late, Err(engine::Error::Unavailable(_))), "{late:?}");
}
