//! No received request is lost through any crash, and none runs twice at once: the real binary is killed again and again,
//! at random and at named places, while senders send and a program keeps a ledger.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop")]

use crate::support::{Inbox, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Where the binary kills itself, and in which visits.
const PLACES: [(&str, [u64; 8]); 4] = [
    ("receive::after_store", [1, 5, 9, 14, 2, 20, 7, 3]),
    ("receive::before_run", [1, 3, 6, 10, 2, 14, 5, 8]),
    ("receive::after_run", [1, 2, 5, 8, 3, 12, 4, 6]),
    ("store::group", [3, 6, 12, 20, 9, 30, 15, 4]),
];
/// How long the binary lives in the other rounds, in milliseconds.
const LIVES_MS: [u64; 18] = [5, 15, 30, 50, 80, 120, 180, 250, 10, 20, 40, 60, 100, 150, 220, 25, 70, 300];

/// Senders, each of which sends one request after the other.
const SENDERS: usize = 3;
/// Requests that each of them sends in one life.
const REQUESTS: usize = 14;
const TICKETS: usize = 4;

/// Writes every run down, and what it did unless that was done before: not in one step, so that two runs of one request
/// at the same time would both do it.
const LEDGER: &str = "cat >/dev/null
    echo \"$WEBHOOK_ID\" >> \"$D/runs\"
    touch \"$D/effects\"
    if ! grep -qx \"$WEBHOOK_ID\" \"$D/effects\"; then
        sleep 0.005
        echo \"$WEBHOOK_ID\" >> \"$D/effects\"
    fi";

/// `sender.number`, and the ticket that it is about.
fn name(sender: usize, number: usize) -> (String, String) {
    (format!("{sender}.{number}"), format!("{{\"Id\":{}}}", number % TICKETS))
}

/// Sends until the receiver is gone or there were enough; what got no answer is sent again in the next life.
fn send(inbox: &Inbox, sender: usize, next: &AtomicUsize) {
    for _ in 0..REQUESTS {
        let (id, body) = name(sender, next.load(Ordering::Relaxed));
        match inbox.try_post("/hooks", &[("webhook-id", &id)], &body) {
            Ok(answer) => assert_eq!(answer.status, 200, "{}", answer.body),
            Err(_) => return,
        }
        next.fetch_add(1, Ordering::Relaxed);
    }
}

/// One life of the receiver under load, ended by its own fault point or from outside.
fn live_and_die(inbox: &mut Inbox, senders: &[AtomicUsize; SENDERS], life: Option<Duration>) {
    let pid = Pid::from_raw(i32::try_from(inbox.pid()).unwrap()).unwrap();
    std::thread::scope(|scope| {
        let inbox = &*inbox;
        for (sender, next) in senders.iter().enumerate() {
            scope.spawn(move || send(inbox, sender, next));
        }
        if let Some(life) = life {
            std::thread::park_timeout(life);
            kill_process(pid, Signal::KILL).unwrap();
        }
    });
    inbox.wait();
}

#[test]
fn what_was_answered_ok_is_run_through_50_kills() {
    let mut inbox = Inbox::start(LEDGER, &["--log-level", "error"]);
    let senders: [AtomicUsize; SENDERS] = Default::default();
    let mut kills = 0;
    for round in 0..8 {
        for (place, visits) in PLACES {
            if kills > 0 {
                assert!(inbox.try_start(&[]));
            }
            // The life before one with a fault point, so that there is always something to be found at its start.
            let life = LIVES_MS[kills % LIVES_MS.len()];
            if kills / 2 < LIVES_MS.len() {
                live_and_die(&mut inbox, &senders, Some(Duration::from_millis(life)));
                kills += 1;
            } else {
                inbox.end(Signal::KILL);
            }
            let kill_at = format!("{place}:{}", visits[round]);
            if inbox.try_start(&[("GATILHO_KILL_AT", &kill_at)]) {
                live_and_die(&mut inbox, &senders, None);
            }
            kills += 1;
        }
    }
    assert!(kills >= 50, "{kills}");
    assert!(inbox.try_start(&[]));
    let sent = senders.map(|next| next.load(Ordering::Relaxed));
    // The list goes by arrival. It is counted when nothing moves any more.
    wait_until("everything is done", || {
        inbox.rows(&[]).iter().all(|row| row["state"] == "done").then_some(())
    });
    // What got no answer may be stored as well: at most one of each sender.
    let stored = inbox.rows(&[]).len();
    let answered: usize = sent.iter().sum();
    assert!((answered..=answered + SENDERS).contains(&stored), "{answered} answered, {stored} stored");
    assert!(answered > 200, "only {answered} were sent");
    inbox.wait_for("done", stored);
    check_ledger(&inbox, sent, stored);
}

/// Everything was done, once, in the order of each sender's requests for a ticket.
fn check_ledger(inbox: &Inbox, sent: [usize; SENDERS], stored: usize) {
    let effects = inbox.lines("effects");
    let mut times: HashMap<&str, usize> = HashMap::new();
    for effect in &effects {
        *times.entry(effect).or_default() += 1;
    }
    for (sender, count) in sent.into_iter().enumerate() {
        for number in 0..count {
            let (id, _) = name(sender, number);
            assert_eq!(times.get(id.as_str()), Some(&1), "{id}");
        }
    }
    assert_eq!(effects.len(), stored);
    let mut last: HashMap<(usize, usize), usize> = HashMap::new();
    for effect in &effects {
        let (sender, number) = effect.split_once('.').unwrap();
        let (sender, number): (usize, usize) = (sender.parse().unwrap(), number.parse().unwrap());
        let before = last.insert((sender, number % TICKETS), number);
        assert!(before.is_none_or(|before| before < number), "{effect} came after {before:?}");
    }
    let runs = inbox.lines("runs").len();
    assert!(runs > stored, "no run was cut by a kill: the test proves nothing");
}
