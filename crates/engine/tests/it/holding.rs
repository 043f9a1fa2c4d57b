//! What keeps a delivery back: a hold, a full backlog, a pause, a receiver that is gone, and one that asks for time.

use std::time::Duration;

use engine::Settings;
use model::delivery::{Shown, State};
use model::notice::NoticeKind;
use model::outcome::Outcome;
use store::log::Filter;
use tokio::time::Instant;

use crate::receivers::{Act, answer};
use crate::support::{Desk, created, patient, quick, until};

const URL: &str = "http://receiver.example/";
const BESIDE: &str = "http://beside.example/";

fn held() -> Filter {
    Filter { status: Some(Shown::Held), ..Filter::default() }
}

/// An answer with this status that asks for so much time.
fn later(status: u16, retry_after_ms: i64) -> Act {
    let Outcome::Answered(mut answer) = answer(status) else { unreachable!() };
    answer.retry_after_ms = Some(retry_after_ms);
    Act::End(Box::new(Outcome::Answered(answer)))
}

#[tokio::test]
async fn a_hold_puts_first_attempts_off() {
    let desk = Desk::open(Settings { hold: Duration::from_millis(300), ..patient() }, []).await;
    desk.trigger(created(), URL).await;
    let before = Instant::now();
    desk.ticket().await;
    let log = desk.log().await;
    assert_eq!((log[0].state, log[0].attempts), (State::Queued, 0));
    let seen = desk.receivers.wait_for(1).await;
    assert!(seen[0].at - before >= Duration::from_millis(299), "it came too early");
}

#[tokio::test]
async fn past_the_backlog_limit_the_change_is_accepted_and_its_delivery_fails_with_the_reason() {
    let desk = Desk::open(Settings { backlog_max: 2, ..patient() }, []).await;
    desk.trigger(created(), URL).await;
    let endpoint = desk.endpoint(URL).await;
    desk.engine.pause_endpoint(&desk.caller, endpoint).await.unwrap();
    for _ in 0..4 {
        desk.ticket().await;
    }
    let log = desk.log().await;
    let failed: Vec<_> = log.iter().filter(|row| row.state == State::Failed).collect();
    assert_eq!((log.len(), failed.len()), (4, 2));
    assert!(failed.iter().all(|row| row.error.starts_with("backlog limit") && row.attempts == 0));
    assert_eq!(desk.changes(failed[0].ticket_number).await[0].firings.len(), 1, "the change is kept");
    let notices = desk.notices(NoticeKind::BacklogFull).await;
    assert_eq!((notices.len(), notices[0].count), (1, 2));
    // What went out makes room; what did not go in is brought back by a resend.
    desk.engine.resume_endpoint(&desk.caller, endpoint).await.unwrap();
    desk.receivers.wait_for(2).await;
    desk.log_until(|log| log.iter().filter(|row| row.state == State::Delivered).count() == 2).await;
    assert_eq!(desk.engine.resend_matching(&desk.caller, &Filter::default()).await, Ok(2));
    desk.all_delivered(4).await;
    desk.ticket().await;
    desk.all_delivered(5).await;
}

#[tokio::test]
async fn what_is_sent_again_counts_in_the_backlog() {
    let desk = Desk::open(Settings { backlog_max: 2, ..patient() }, []).await;
    desk.trigger(created(), URL).await;
    for count in 1..=2 {
        desk.ticket().await;
        desk.all_delivered(count).await;
        until("it is recorded", async || desk.metric("gatilho_live_calls") == 0).await;
    }
    desk.engine.pause_endpoint(&desk.caller, desk.endpoint(URL).await).await.unwrap();
    let delivered = Filter { status: Some(Shown::Delivered), ..Filter::default() };
    assert_eq!(desk.engine.count_resendable(&desk.caller, &delivered).await, Ok(2));
    assert_eq!(desk.engine.resend_matching(&desk.caller, &delivered).await, Ok(2));
    let ticket = desk.ticket().await;
    let log = desk.log_of(&Filter { ticket: Some(ticket), ..Filter::default() }).await;
    assert_eq!(log[0].state, State::Failed, "{}", log[0].error);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_paused_and_nothing_is_dropped() {
    let desk = Desk::open(quick(), [Act::Status(410)]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    until("it is held", async || desk.log_of(&held()).await.len() == 1).await;
    desk.ticket().await;
    let log = desk.log_of(&held()).await;
    assert_eq!(log.len(), 2, "what comes later waits too");
    assert_eq!((log[1].state, log[1].error.as_str()), (State::Retrying, "answered 410"));
    let notice = desk.notices(NoticeKind::EndpointPaused).await.remove(0);
    assert_eq!((notice.recovered_at, notice.endpoint), (None, Some(desk.endpoint(URL).await)));
    desk.engine.resume_endpoint(&desk.caller, desk.endpoint(URL).await).await.unwrap();
    desk.all_delivered(2).await;
    assert!(desk.notices(NoticeKind::EndpointPaused).await[0].recovered_at.is_some());
}

#[tokio::test]
async fn a_receiver_that_says_so_late_is_gone_too() {
    let late = Act::After(Duration::from_millis(300), Box::new(answer(410)));
    let desk = Desk::open(quick(), [late]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    until("it is held", async || desk.log_of(&held()).await.len() == 1).await;
    until("the end is recorded", async || desk.log().await[0].error.starts_with("answered 410 after")).await;
    assert_eq!(desk.notices(NoticeKind::EndpointPaused).await.len(), 1);
    desk.ticket().await;
    assert_eq!(desk.log_of(&held()).await.len(), 2, "what comes later waits too");
    desk.engine.resume_endpoint(&desk.caller, desk.endpoint(URL).await).await.unwrap();
    desk.all_delivered(2).await;
}

#[tokio::test]
async fn a_pause_holds_what_waits_and_what_comes_and_a_resume_lets_it_go() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    desk.trigger(created(), BESIDE).await;
    let endpoint = desk.endpoint(URL).await;
    desk.engine.pause_endpoint(&desk.caller, endpoint).await.unwrap();
    desk.ticket().await;
    desk.ticket().await;
    desk.receivers.wait_until(|ledger| ledger.seen_at(BESIDE) == 2).await;
    assert_eq!(desk.receivers.seen().len(), 2);
    assert_eq!(desk.log_of(&held()).await.len(), 2);
    // A pause outlives a restart.
    let desk = desk.restart([]).await;
    desk.ticket().await;
    desk.receivers.wait_for(1).await;
    assert_eq!(desk.receivers.seen()[0].url, BESIDE);
    desk.engine.resume_endpoint(&desk.caller, endpoint).await.unwrap();
    desk.all_delivered(6).await;
    assert!(desk.log_of(&held()).await.is_empty());
}

#[tokio::test]
async fn a_receiver_may_put_the_next_attempt_off() {
    let desk = Desk::open(quick(), [later(503, 400)]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    let seen = desk.receivers.wait_for(2).await;
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(395), "it was not given the time");
}

#[tokio::test]
async fn a_receiver_cannot_put_the_next_attempt_off_for_ever_nor_bring_it_forward() {
    let mut settings = quick();
    settings.retry.retry_after_max_ms = 300;
    let desk = Desk::open(settings, [later(503, 86_400_000), later(503, 1)]).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    let seen = desk.receivers.wait_for(3).await;
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(295), "the bound itself was not honoured");
    assert!(seen[2].at - seen[1].at >= Duration::from_millis(45), "retries keep their distance");
}
