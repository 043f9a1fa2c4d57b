//! API keys: what they may do, how they are rotated and counted, and when they were used last.

use std::sync::Arc;
use std::time::Duration;

use engine::commands::keys::{MadeKey, NewKey};
use engine::{Caller, Error, Settings};
use model::access_profile::Grant;
use model::ids::KeyId;
use model::time::Timestamp;

use crate::support::{Desk, KEY, ManualClock, patient};

async fn desk(clock: &ManualClock, settings: Settings) -> Desk {
    let desk = Desk::open_at(Arc::new(clock.clone()), settings, []).await;
    // What made the domain was another maker of ids, at this very instant.
    clock.advance(Duration::from_millis(1));
    desk
}

fn new_key() -> NewKey {
    NewKey { name: "depot".into(), person_id: None, access_profile: None, expires_at: None }
}

async fn made(desk: &Desk, new: NewKey) -> MadeKey {
    desk.engine.create_key(&desk.caller, new).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn row(desk: &Desk, id: KeyId) -> store::keys::ApiKey {
    store::keys::find(&desk.engine.reader(), desk.caller.domain, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_key_does_no_more_than_its_person_and_its_profile() {
    let desk = desk(&ManualClock::new(), patient()).await;
    let whole = made(&desk, new_key()).await;
    assert_eq!(desk.engine.admit(&whole.key).unwrap().grants, desk.caller.grants);
    let narrow = NewKey { access_profile: Some("agents".into()), ..new_key() };
    let narrow = made(&desk, narrow).await;
    let caller = desk.engine.admit(&narrow.key).unwrap();
    assert!(caller.grants.contains(&Grant::AllowWritingTickets));
    assert!(!caller.grants.contains(&Grant::AllowManagingApiKeys), "{:?}", caller.grants);
    assert_eq!((caller.person_id(), caller.actor.key), ("1", Some(narrow.row.id)));
}

#[tokio::test]
async fn nobody_makes_a_key_that_does_more_than_they_may() {
    let desk = desk(&ManualClock::new(), patient()).await;
    let grants = vec![Grant::AllowManagingApiKeys];
    let less = Caller { grants, ..desk.caller.clone() };
    let refused = desk.engine.create_key(&less, new_key()).await.err();
    assert!(matches!(refused, Some(Error::Denied(_))), "{refused:?}");
    let whole = made(&desk, new_key()).await;
    let refused = desk.engine.rotate_key(&less, whole.row.id, 0).await.err();
    assert!(matches!(refused, Some(Error::Denied(_))), "{refused:?}");
    let nothing = NewKey { access_profile: Some("customers".into()), ..new_key() };
    assert!(desk.engine.create_key(&less, nothing).await.is_ok());
    let none = Caller { grants: Vec::new(), ..desk.caller.clone() };
    let refused = desk.engine.delete_key(&none, whole.row.id).await;
    assert_eq!(refused, Err(Error::Forbidden(Grant::AllowManagingApiKeys)));
}

#[tokio::test]
async fn a_rotated_key_works_through_the_overlap_and_no_longer() {
    let clock = ManualClock::new();
    let desk = desk(&clock, patient()).await;
    let old = made(&desk, new_key()).await;
    let new = desk
        .engine
        .rotate_key(&desk.caller, old.row.id, 60_000)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((new.row.rotated_from, new.row.name.as_str()), (Some(old.row.id), "depot"));
    clock.advance(Duration::from_millis(59_999));
    assert!(desk.engine.admit(&old.key).is_ok() && desk.engine.admit(&new.key).is_ok());
    clock.advance(Duration::from_millis(1));
    assert!(matches!(desk.engine.admit(&old.key), Err(Error::Unauthorized(_))));
    assert!(desk.engine.admit(&new.key).is_ok());
    let ended = desk.engine.rotate_key(&desk.caller, old.row.id, 0).await.err();
    assert!(matches!(ended, Some(Error::Conflict(_))), "{ended:?}");
    let last =
        desk.engine.rotate_key(&desk.caller, new.row.id, 0).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(desk.engine.admit(&new.key).is_err() && desk.engine.admit(&last.key).is_ok(), "at once");
    assert_eq!(desk.engine.delete_key(&desk.caller, last.row.id).await, Ok(()));
    assert!(desk.engine.admit(&last.key).is_err());
    assert!(matches!(desk.engine.delete_key(&desk.caller, last.row.id).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn faults_of_a_key_are_told_together() {
    let desk = desk(&ManualClock::new(), patient()).await;
    let wrong = NewKey {
        name: " ".into(),
        person_id: Some("nobody".into()),
        access_profile: Some("kings".into()),
        expires_at: Some(Timestamp(5)),
    };
    let Some(Error::Invalid(faults)) = desk.engine.create_key(&desk.caller, wrong).await.err() else {
        panic!("it is refused");
    };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "expires_at", "access_profile", "person"]);
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits_and_others_do_not() {
    let clock = ManualClock::new();
    let desk = desk(&clock, Settings { requests_per_minute: 3, ..patient() }).await;
    let other = made(&desk, new_key()).await;
    for _ in 0..3 {
        assert!(desk.engine.admit(KEY).is_ok());
    }
    clock.advance(Duration::from_millis(500));
    let Err(Error::TooMany { why, retry_after_s }) = desk.engine.admit(KEY) else { panic!("it is refused") };
    assert_eq!(retry_after_s, 60);
    assert!(why.contains("more than 3 requests in a minute"), "{why}");
    assert!(desk.engine.admit(&other.key).is_ok());
    desk.engine.rename_key(&desk.caller, other.row.id, "renamed".into()).await.unwrap();
    assert!(desk.engine.admit(KEY).is_err(), "a change of the configuration forgets no count");
    clock.advance(Duration::from_millis(59_500));
    assert!(desk.engine.admit(KEY).is_ok());
}

#[tokio::test]
async fn the_last_use_is_known_at_once_and_written_down_at_the_latest_when_the_server_stops() {
    let clock = ManualClock::new();
    let desk = desk(&clock, patient()).await;
    let key = made(&desk, new_key()).await;
    assert_eq!(desk.engine.key_last_used(&key.row), None);
    desk.engine.admit(&key.key).unwrap();
    let now = desk.engine.now();
    assert_eq!(desk.engine.key_last_used(&key.row), Some(now));
    let desk = desk.restart([]).await;
    assert_eq!(row(&desk, key.row.id).await.last_used_at, Some(now));
}
