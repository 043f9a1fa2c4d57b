//! A seeded simulation: random changes, receivers in random moods, restarts in between. At the end everything that was
//! answered is delivered, nothing was done twice that need not be, and every call has its row.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use engine::Settings;
use model::delivery::State;
use model::ids::{ChangeId, DeliveryId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::receivers::{Act, Scripted, Seen, answer};
use crate::support::{Desk, created, quick, renamed, until};

const URLS: [&str; 3] = ["http://a.example/", "http://b.example/", "http://c.example/"];
const LIVES: usize = 4;
const STEPS: usize = 25;

fn settings() -> Settings {
    let mut settings = quick();
    settings.retry.answer_within_ms = 60;
    settings.retry.cancel_after_ms = 150;
    settings.retry.retry_every_ms = 20;
    settings.monitor_every = Duration::from_millis(100);
    settings.shutdown_within = Duration::from_millis(1);
    settings.live_calls = 6;
    settings.live_calls_per_endpoint = 3;
    settings.lingering_calls_per_endpoint = 2;
    settings
}

fn mood(chance: &mut StdRng) -> Act {
    match chance.random_range(0..10) {
        0..5 => Act::Status(200),
        5 | 6 => Act::Status(500),
        7 => Act::Hang,
        8 => Act::After(Duration::from_millis(90), Box::new(answer(200))),
        _ => Act::After(Duration::from_millis(15), Box::new(answer(200))),
    }
}

/// What the receivers of all lives saw, life by life.
struct Run {
    desk: Desk,
    lives: Vec<Arc<Scripted>>,
    /// The changes that were answered, with how many deliveries each owes.
    owed: HashMap<ChangeId, usize>,
}

async fn live(seed: u64) -> Run {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut desk = Desk::open(settings(), []).await;
    for url in URLS {
        desk.trigger(renamed(), url).await;
    }
    desk.trigger(created(), URLS[0]).await;
    let (mut lives, mut tickets) = (vec![Arc::clone(&desk.receivers)], Vec::new());
    for life in 0..LIVES {
        for step in 0..STEPS {
            let url = URLS[chance.random_range(0..URLS.len())];
            desk.receivers.mood(url, mood(&mut chance));
            if tickets.len() < 4 || chance.random_bool(0.1) {
                tickets.push(desk.ticket().await);
            } else {
                let ticket = tickets[chance.random_range(0..tickets.len())];
                desk.rename(ticket, &format!("life {life}, step {step}")).await;
            }
            tokio::time::sleep(Duration::from_millis(chance.random_range(0..8))).await;
        }
        desk = desk.restart([]).await;
        lives.push(Arc::clone(&desk.receivers));
    }
    let mut owed = HashMap::new();
    for ticket in tickets {
        for change in desk.changes(ticket).await {
            owed.insert(change.id, change.firings.len());
        }
    }
    Run { desk, lives, owed }
}

/// Lets everything end well: what had given up is sent again once.
async fn drain(desk: &Desk) {
    let closed = |state: State| matches!(state, State::Delivered | State::Failed);
    desk.log_until(|log| log.iter().all(|row| closed(row.state))).await;
    // What gave up while its last call was open is sent again when that has ended.
    const LEASES: &str = "select count(*) from deliveries where lease_owner is not null";
    until("every call has ended", async || desk.count(LEASES).await == 0).await;
    let failed = store::log::Filter { status: Some(model::delivery::Shown::Failed), ..Default::default() };
    desk.engine.resend_matching(&desk.caller, &failed).await.unwrap();
    desk.log_until(|log| log.iter().all(|row| row.state == State::Delivered)).await;
}

async fn check(seed: u64) {
    let Run { desk, lives, owed } = live(seed).await;
    drain(&desk).await;
    let log = desk.log().await;
    let mut per_change: HashMap<ChangeId, usize> = HashMap::new();
    for row in &log {
        *per_change.entry(row.change).or_default() += 1;
    }
    let owed: HashMap<_, _> = owed.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(per_change, owed, "every change has its deliveries");
    for life in &lives {
        assert_eq!(life.most_open(), 1, "two calls of one delivery were open at once");
    }
    let seen: Vec<Seen> = lives.iter().flat_map(|life| life.seen()).collect();
    let mut calls: HashMap<String, Vec<&Seen>> = HashMap::new();
    for call in &seen {
        calls.entry(call.id().to_owned()).or_default().push(call);
    }
    let known: HashSet<String> = log.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(calls.keys().cloned().collect::<HashSet<_>>(), known, "each was called, and nothing else");
    for row in &log {
        check_delivery(&desk, row.id, &calls[&row.id.to_string()]).await;
    }
}

async fn check_delivery(desk: &Desk, id: DeliveryId, calls: &[&Seen]) {
    let attempts = desk.attempts(id).await;
    let interrupted = attempts.iter().filter(|attempt| attempt.outcome == "interrupted").count();
    assert!(attempts.iter().all(|attempt| attempt.ended_at.is_some()), "{attempts:#?}");
    for round in 1..=2 {
        let of_round = attempts.iter().filter(|attempt| attempt.round == round);
        let counted = of_round.filter(|attempt| attempt.outcome != "interrupted").count();
        assert!(counted <= 5, "{counted} attempts in round {round}: {attempts:#?}");
    }
    // An interruption may have cut the call before it left, so it has a row and perhaps no call.
    let least = attempts.len() - interrupted;
    assert!((least..=attempts.len()).contains(&calls.len()), "{} calls: {attempts:#?}", calls.len());
    let accepted: Vec<_> = attempts.iter().filter(|attempt| attempt.outcome == "accepted").collect();
    assert_eq!(accepted.len(), 1, "what was recorded as delivered is never sent again: {attempts:#?}");
    assert_eq!(attempts.last().map(|last| last.id), Some(accepted[0].id));
    assert!(calls.iter().all(|call| call.body == calls[0].body), "the bytes are the same in every call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_done_twice_whatever_happens() {
    for seed in [1, 2, 3, 5, 8, 13] {
        println!("seed {seed}");
        tokio::time::timeout(Duration::from_secs(60), check(seed)).await.expect("the run ends");
    }
}
