//! Logging in, sessions and passwords: who gets in, who has to wait, and when it is over.

use std::sync::Arc;
use std::time::Duration;

use engine::commands::log_in::{LogIn, LoggedIn};
use engine::commands::passwords::NewPassword;
use engine::{Error, operator};
use model::access_profile::Grant;
use model::ids::SessionId;
use store::logins;

use crate::support::{Desk, ManualClock, patient};

const PASSWORD: &str = "correct horse";

async fn desk(clock: &ManualClock) -> Desk {
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    let new = NewPassword { user: Some("Admin".into()), password: Some(PASSWORD.to_owned().into()) };
    assert_eq!(desk.engine.reset_password(&desk.caller, "1", new).await, Ok(None));
    desk
}

fn from(source: &str, user: &str, password: &str) -> LogIn {
    LogIn {
        domain: None,
        host: None,
        user: user.into(),
        password: password.to_owned().into(),
        source: source.into(),
        user_agent: "a browser".into(),
        device: None,
    }
}

async fn log_in(desk: &Desk, asked: LogIn) -> Result<LoggedIn, Error> {
    desk.engine.log_in(asked).await
}

async fn refusal(desk: &Desk, asked: LogIn) -> Error {
    log_in(desk, asked).await.err().expect("it is refused")
}

fn hashes(desk: &Desk) -> u64 {
    desk.metric("gatilho_password_hashes_total")
}

#[tokio::test]
async fn a_session_begins_with_the_right_password_and_a_token_of_its_own() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let one =
        log_in(&desk, from("192.0.2.1", " ADMIN ", PASSWORD)).await.unwrap_or_else(|error| panic!("{error}"));
    let other =
        log_in(&desk, from("192.0.2.1", "admin", PASSWORD)).await.unwrap_or_else(|error| panic!("{error}"));
    assert_ne!(one.token, other.token);
    let visit = desk.engine.visit(&one.token).await.unwrap().unwrap();
    assert_eq!(visit.caller.person_id(), "1");
    assert!(visit.must_change, "somebody else chose the password");
    assert_eq!(visit.caller.grants, desk.caller.grants);
    for token in ["", "dom_0000000000001.x", &one.token[1..], &format!("{}x", one.token)] {
        assert!(desk.engine.visit(token).await.unwrap().is_none(), "{token}");
    }
}

#[tokio::test]
async fn an_unknown_name_costs_the_same_hashes_and_gets_the_same_answer() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let mut answers = Vec::new();
    let elsewhere = LogIn { domain: Some("nowhere".into()), ..from("192.0.2.4", "admin", PASSWORD) };
    for asked in [
        from("192.0.2.1", "admin", "wrong password"),
        from("192.0.2.2", "nobody", "wrong password"),
        from("192.0.2.3", "", ""),
        elsewhere,
    ] {
        let before = hashes(&desk);
        let answer = refusal(&desk, asked).await;
        answers.push((answer, hashes(&desk) - before));
    }
    assert!(matches!(&answers[0], (Error::Unauthorized(_), 1)), "{answers:?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn who_guesses_waits_and_locks_nobody_else_out() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let known =
        log_in(&desk, from("192.0.2.9", "admin", PASSWORD)).await.unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..5 {
        let answer = refusal(&desk, from("192.0.2.1", "admin", "a guess")).await;
        assert!(matches!(answer, Error::Unauthorized(_)), "{answer:?}");
    }
    let before = hashes(&desk);
    let answer = refusal(&desk, from("192.0.2.1", "admin", PASSWORD)).await;
    assert!(matches!(answer, Error::TooMany { retry_after_s: 2, .. }), "{answer:?}");
    assert_eq!(hashes(&desk), before, "who has to wait costs nothing");
    let device = LogIn { device: Some(known.device), ..from("192.0.2.1", "admin", PASSWORD) };
    assert!(log_in(&desk, device).await.is_ok(), "a known browser at the same address");
    assert!(log_in(&desk, from("192.0.2.2", "admin", PASSWORD)).await.is_ok(), "another address");
    clock.advance(Duration::from_secs(2));
    assert!(log_in(&desk, from("192.0.2.1", "admin", PASSWORD)).await.is_ok(), "who has waited");
}

#[tokio::test]
async fn a_session_ends_unused_or_at_its_end() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let begun =
        log_in(&desk, from("192.0.2.1", "admin", PASSWORD)).await.unwrap_or_else(|error| panic!("{error}"));
    let find = async || {
        let id = begun.visit.session.id;
        store::sessions::find(&desk.engine.reader(), desk.caller.domain, id).await.unwrap().unwrap()
    };
    for hour in 1..=5 {
        clock.advance(Duration::from_hours(11));
        assert!(desk.engine.visit(&begun.token).await.unwrap().is_some(), "{hour}");
        let now = desk.engine.now();
        crate::support::until("the use is written down", async || find().await.seen_at == now).await;
    }
    clock.advance(Duration::from_hours(12));
    assert!(desk.engine.visit(&begun.token).await.unwrap().is_none(), "unused");
    let again =
        log_in(&desk, from("192.0.2.1", "admin", PASSWORD)).await.unwrap_or_else(|error| panic!("{error}"));
    clock.advance(Duration::from_hours(30 * 24));
    assert!(desk.engine.visit(&again.token).await.unwrap().is_none(), "its end");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let mut begun = Vec::new();
    for _ in 0..3 {
        begun.push(
            log_in(&desk, from("192.0.2.1", "admin", PASSWORD))
                .await
                .unwrap_or_else(|error| panic!("{error}")),
        );
    }
    let (caller, keep) = (&begun[0].visit.caller, Some(begun[0].visit.session.id));
    let passwords = |old: &str, new: &str| (old.to_owned().into(), new.to_owned().into());
    let change =
        async |old, new| desk.engine.change_password(caller, keep, passwords(old, new), "192.0.2.1").await;
    let Err(Error::Invalid(faults)) = change("wrong", "battery staple").await else { panic!("refused") };
    assert_eq!(faults[0].field, "old");
    let Err(Error::Invalid(faults)) = change("short", "short").await else { panic!("refused") };
    assert_eq!(faults.len(), 2);
    assert_eq!(change(PASSWORD, "battery staple").await, Ok(()));
    let open =
        async |at: usize| desk.engine.visit(&begun[at].token).await.unwrap().map(|visit| visit.must_change);
    assert_eq!([open(0).await, open(1).await, open(2).await], [Some(false), None, None]);
    assert!(matches!(refusal(&desk, from("192.0.2.1", "admin", PASSWORD)).await, Error::Unauthorized(_)));
    assert!(log_in(&desk, from("192.0.2.1", "admin", "battery staple")).await.is_ok());
    assert_eq!(desk.engine.end_session(caller, begun[0].visit.session.id).await, Ok(()));
    assert_eq!(open(0).await, None);
    assert!(matches!(desk.engine.end_session(caller, SessionId(5)).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn nobody_gives_a_password_to_who_may_do_more() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let grants = vec![Grant::AllowWritingPeople];
    let less = engine::Caller { grants, ..desk.caller.clone() };
    let none = || NewPassword { user: None, password: None };
    let answer = desk.engine.reset_password(&less, "1", none()).await;
    assert!(matches!(answer, Err(Error::Denied(_))), "{answer:?}");
    assert!(matches!(desk.engine.reset_password(&desk.caller, "\0", none()).await, Err(Error::NotFound(_))));
    let before = logins::find(&desk.engine.reader(), desk.caller.domain, "1").await.unwrap();
    let made = desk.engine.reset_password(&desk.caller, "1", none()).await.unwrap().unwrap();
    assert_ne!(logins::find(&desk.engine.reader(), desk.caller.domain, "1").await.unwrap(), before);
    assert!(log_in(&desk, from("192.0.2.1", "admin", &made)).await.is_ok(), "the name stays");
}

#[tokio::test]
async fn a_suspended_domain_lets_neither_keys_nor_sessions_in() {
    let clock = ManualClock::new();
    let desk = desk(&clock).await;
    let begun =
        log_in(&desk, from("192.0.2.1", "admin", PASSWORD)).await.unwrap_or_else(|error| panic!("{error}"));
    operator::set_suspended(&desk.db, "main", true).await.unwrap();
    let is_denied = async || matches!(desk.engine.admit(crate::support::KEY), Err(Error::Denied(_)));
    crate::support::until("the engine takes note", is_denied).await;
    assert!(matches!(desk.engine.visit(&begun.token).await, Err(Error::Denied(_))));
    assert!(matches!(refusal(&desk, from("192.0.2.1", "admin", PASSWORD)).await, Error::Denied(_)));
    assert!(matches!(refusal(&desk, from("192.0.2.1", "admin", "wrong")).await, Error::Unauthorized(_)));
    assert!(desk.engine.authenticate(crate::support::KEY).is_none());
    operator::set_suspended(&desk.db, "main", false).await.unwrap();
    crate::support::until("it is open again", async || desk.engine.admit(crate::support::KEY).is_ok()).await;
    assert!(desk.engine.visit(&begun.token).await.unwrap().is_some());
}
