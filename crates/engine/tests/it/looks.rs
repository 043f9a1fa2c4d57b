//! The look at the queue: what no memory holds is found by it and goes on, once.

use std::collections::HashSet;
use std::time::Duration;

use engine::Settings;
use fail::FailScenario;
use model::delivery::State;

use crate::receivers::closed_gate;
use crate::support::{Desk, created, patient, until};

const URL: &str = "http://receiver.example/";

fn looking_every(ms: u64) -> Settings {
    Settings { monitor_every: Duration::from_millis(ms), ..patient() }
}

/// How many deliveries the receiver got, and how many calls.
fn told(desk: &Desk) -> (usize, usize) {
    let seen = desk.receivers.seen();
    (seen.iter().map(|call| call.id().to_owned()).collect::<HashSet<_>>().len(), seen.len())
}

#[tokio::test]
async fn a_hand_over_that_is_lost_is_delivered_by_the_look_alone() {
    let scenario = FailScenario::setup();
    fail::cfg("intake::drop_hand_over", "return").unwrap();
    let desk = Desk::open(looking_every(200), []).await;
    desk.trigger(created(), URL).await;
    for _ in 0..20 {
        desk.ticket().await;
    }
    let log = desk.all_delivered(20).await;
    assert_eq!(told(&desk), (20, 20));
    assert!(log.iter().all(|row| row.attempts == 1));
    scenario.teardown();
}

#[tokio::test]
async fn what_was_adopted_is_not_adopted_again_by_the_next_look() {
    let scenario = FailScenario::setup();
    fail::cfg("intake::drop_hand_over", "return").unwrap();
    let (act, gate) = closed_gate();
    let desk = Desk::open(looking_every(10), []).await;
    desk.receivers.mood(URL, act);
    desk.trigger(created(), URL).await;
    for _ in 0..10 {
        desk.ticket().await;
    }
    desk.receivers.wait_until(|ledger| ledger.open.len() == 10).await;
    desk.looks(3).await;
    gate.add_permits(10);
    desk.all_delivered(10).await;
    assert_eq!(told(&desk), (10, 10));
    scenario.teardown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_recorded_while_a_look_compares_is_not_sent_again() {
    let desk = Desk::open(looking_every(1), []).await;
    desk.trigger(created(), URL).await;
    let mut saves = Vec::new();
    for _ in 0..600 {
        let (engine, caller) = (desk.engine.clone(), desk.caller.clone());
        saves.push(tokio::spawn(async move {
            engine.create_ticket(&caller, crate::support::new_ticket()).await.unwrap()
        }));
    }
    for save in saves {
        save.await.unwrap();
    }
    desk.all_delivered(600).await;
    assert_eq!(told(&desk), (600, 600));
}

#[tokio::test]
async fn a_delivery_that_memory_never_heard_of_is_found_in_the_queue() {
    let desk = Desk::open(looking_every(50), []).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    let row = desk.all_delivered(1).await.remove(0);
    // Somebody else sends it again.
    let step = store::deliveries::resend(desk.caller.domain, &[row.id], desk.engine.now());
    desk.db.commit(store::db::Write::new().step(step)).await.unwrap();
    desk.receivers.wait_for(2).await;
    until("it is delivered again", async || {
        let log = desk.log().await;
        (log[0].state, log[0].round) == (State::Delivered, 2)
    })
    .await;
}
