//! What a receiver verifies with the published Standard Webhooks library, also while a secret is rotated.

use std::sync::Arc;
use std::time::Duration;

use standardwebhooks::Webhook;

use crate::receivers::Seen;
use crate::support::{Desk, ManualClock, created, patient};

const URL: &str = "http://receiver.example/";

/// Whether the library accepts the call as one that was made just now.
fn accepts(secret: &str, call: &Seen) -> bool {
    Webhook::new(secret).unwrap().verify(call.body.as_bytes(), &call.headers).is_ok()
}

/// Whether the library would have signed the call so, whenever it was made.
fn verifies(secret: &str, call: &Seen) -> bool {
    let time = call.header("webhook-timestamp").parse().unwrap();
    let signature = Webhook::new(secret).unwrap().sign(call.id(), time, call.body.as_bytes()).unwrap();
    call.header("webhook-signature").split(' ').any(|found| found == signature)
}

async fn rotated(desk: &Desk) -> String {
    desk.engine.rotate_secret(&desk.caller, desk.endpoint(URL).await).await.unwrap()
}

/// The next call, and how many secrets signed it.
async fn next(desk: &Desk) -> (Seen, usize) {
    let before = desk.receivers.seen().len();
    desk.ticket().await;
    let call = desk.receivers.wait_for(before + 1).await.pop().unwrap();
    let signatures = call.header("webhook-signature").split(' ').count();
    (call, signatures)
}

#[tokio::test]
async fn a_call_verifies_with_the_endpoints_secret_and_with_no_other() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    let secret = rotated(&desk).await;
    let (call, _) = next(&desk).await;
    assert!(accepts(&secret, &call));
    let mut other = secret.clone().into_bytes();
    other[10] = if other[10] == b'A' { b'B' } else { b'A' };
    assert!(!accepts(&String::from_utf8(other).unwrap(), &call));
    let forged = Seen { body: call.body.replace("Printer", "Prinder"), ..call.clone() };
    assert!(!accepts(&secret, &forged), "a body that was changed on the way");
    let mut headers = call.headers.clone();
    headers.insert("webhook-id", "dlv_0000000000000".parse().unwrap());
    assert!(!accepts(&secret, &Seen { headers, ..call }), "another delivery's name");
}

#[tokio::test]
async fn both_secrets_sign_for_a_day_after_a_rotation_and_then_the_new_one_alone() {
    let clock = ManualClock::new();
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    desk.trigger(created(), URL).await;
    let old = rotated(&desk).await;
    clock.advance(Duration::from_hours(48));
    assert_eq!(next(&desk).await.1, 1);
    let new = rotated(&desk).await;
    let (call, signatures) = next(&desk).await;
    assert_eq!((verifies(&new, &call), verifies(&old, &call), signatures), (true, true, 2));
    clock.advance(Duration::from_millis(24 * 3_600_000 - 1));
    let (call, signatures) = next(&desk).await;
    assert_eq!((verifies(&new, &call), verifies(&old, &call), signatures), (true, true, 2));
    clock.advance(Duration::from_millis(1));
    let (call, signatures) = next(&desk).await;
    assert_eq!((verifies(&new, &call), verifies(&old, &call), signatures), (true, false, 1));
}

#[tokio::test]
async fn a_rotation_outlives_a_restart() {
    let clock = ManualClock::new();
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    desk.trigger(created(), URL).await;
    let old = rotated(&desk).await;
    clock.advance(Duration::from_hours(48));
    let new = rotated(&desk).await;
    clock.advance(Duration::from_hours(1));
    let desk = desk.restart([]).await;
    let (call, signatures) = next(&desk).await;
    assert_eq!((verifies(&new, &call), verifies(&old, &call), signatures), (true, true, 2));
    clock.advance(Duration::from_hours(24));
    let (call, signatures) = next(&desk).await;
    assert_eq!((verifies(&new, &call), verifies(&old, &call), signatures), (true, false, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_rotations_at_the_same_time_the_newest_secret_is_one_that_was_answered() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    let endpoint = desk.endpoint(URL).await;
    let mut rotations = Vec::new();
    for _ in 0..10 {
        let (engine, caller) = (desk.engine.clone(), desk.caller.clone());
        rotations.push(tokio::spawn(async move { engine.rotate_secret(&caller, endpoint).await.unwrap() }));
    }
    let mut secrets = Vec::new();
    for rotation in rotations {
        secrets.push(rotation.await.unwrap());
    }
    let (before, _) = next(&desk).await;
    let signed: Vec<_> = secrets.iter().filter(|secret| verifies(secret, &before)).collect();
    assert_eq!(signed.len(), 2, "the last two");
    let signed: Vec<String> = signed.into_iter().cloned().collect();
    // What memory signs with is what the database holds.
    let desk = desk.restart([]).await;
    let (after, _) = next(&desk).await;
    assert!(signed.iter().all(|secret| verifies(secret, &after)));
}

#[tokio::test]
async fn the_timestamp_is_that_of_the_call_and_the_id_that_of_the_delivery() {
    let clock = ManualClock::new();
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    desk.trigger(created(), URL).await;
    let (first, _) = next(&desk).await;
    desk.all_delivered(1).await;
    clock.advance(Duration::from_secs(100));
    desk.engine.resend(&desk.caller, first.id().parse().unwrap()).await.unwrap();
    let second = desk.receivers.wait_for(2).await.pop().unwrap();
    let time = |call: &Seen| call.header("webhook-timestamp").parse::<i64>().unwrap();
    assert_eq!((time(&second) - time(&first), second.id()), (100, first.id()));
    assert_ne!(first.header("webhook-signature"), second.header("webhook-signature"));
}
