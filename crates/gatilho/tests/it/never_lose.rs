//! No lost delivery through any crash: the real binary is killed again and again, at random and at named places, while
//! programs change tickets and receivers keep a ledger. In the end the ledger and the log must agree.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop")]

use crate::support::{Received, Receiver, Reply, Server, on, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::os::unix::process::ExitStatusExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where the binary kills itself, and in which visits.
const PLACES: [(&str, [u64; 6]); 6] = [
    ("intake::after_commit", [4, 9, 15, 22, 30, 39]),
    ("dispatch::before_record", [6, 11, 17, 24, 32, 41]),
    ("dispatch::after_verdict", [2, 3, 4, 5, 2, 3]),
    ("store::checkpoint", [1, 2, 3, 4, 5, 6]),
    ("store::replay", [2, 5, 9, 14, 20, 27]),
    ("store::group", [5, 12, 20, 29, 39, 50]),
];
/// How long the binary lives in the other rounds, in milliseconds.
const LIVES_MS: [u64; 18] =
    [20, 45, 90, 140, 210, 300, 35, 70, 110, 170, 250, 330, 55, 125, 190, 15, 75, 280];
/// Programs that change tickets at the same time.
const PROGRAMS: usize = 6;

/// What was promised: the subjects whose change was answered 2xx.
#[derive(Default)]
struct Promises {
    subjects: Mutex<HashSet<String>>,
    next: AtomicU64,
}

impl Promises {
    /// Changes tickets until the server is gone. Every fifth change also goes to the slow receiver; one program asks for
    /// a name to log in by that somebody else has, whose conflict makes its whole group run anew.
    fn change_until_gone(&self, server: &Server, tickets: &[i64], program: usize) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let kind = if number.is_multiple_of(5) { "slow" } else { "quick" };
            let subject = format!("{kind} {number}");
            let ticket = tickets[usize::try_from(number).unwrap() % tickets.len()];
            let change = json!({ "subject": subject });
            match server.try_public("PATCH", &format!("tickets?id={ticket}"), change) {
                Ok(answer) if answer.status == 200 => {
                    self.subjects.lock().unwrap().insert(subject);
                }
                Ok(answer) => panic!("{} {}", answer.status, answer.body),
                Err(_) => return,
            }
            if program == 0 {
                match server.try_api("POST", "people/twin/password", json!({ "user": "admin" })) {
                    Ok(answer) => assert_eq!(answer.status, 409, "{}", answer.body),
                    Err(_) => return,
                }
            }
        }
    }
}

/// Answers at once; on `/slow` the first call of each delivery is answered late.
fn receiver() -> Receiver {
    let seen = Mutex::new(HashSet::new());
    Receiver::start(move |_, request| {
        let first = seen.lock().unwrap().insert(request.webhook_id().to_owned());
        if request.path == "/slow" && first {
            Reply::Late(Duration::from_millis(400), 200)
        } else {
            Reply::Answer(200, Vec::new(), "Ok".into())
        }
    })
}

/// One life of the server under load, ended by its own fault point or from outside.
fn live_and_die(server: &mut Server, promises: &Promises, tickets: &[i64], life: Option<Duration>) {
    let pid = Pid::from_raw(i32::try_from(server.pid()).unwrap()).unwrap();
    std::thread::scope(|scope| {
        let server = &*server;
        for program in 0..PROGRAMS {
            scope.spawn(move || promises.change_until_gone(server, tickets, program));
        }
        if let Some(life) = life {
            std::thread::park_timeout(life);
            kill_process(pid, Signal::KILL).unwrap();
        }
    });
    let ended = server.wait();
    assert_eq!(ended.signal(), Some(Signal::KILL.as_raw()), "it did not end by the kill: {ended}");
}

/// The whole log, every page of it.
fn whole_log(server: &Server) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.api("GET", &format!("deliveries?limit=100{cursor}"), None).ok();
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

fn waits(server: &Server) -> bool {
    ["queued", "sending", "retrying"]
        .iter()
        .any(|status| !server.log_rows(&format!("status={status}&limit=1")).is_empty())
}

fn drain(server: &Server) {
    wait_until("nothing waits any more", || (!waits(server)).then_some(()));
}

fn by_webhook_id(requests: &[Received]) -> HashMap<&str, Vec<&Received>> {
    let mut calls: HashMap<&str, Vec<&Received>> = HashMap::new();
    for request in requests {
        calls.entry(request.webhook_id()).or_default().push(request);
    }
    calls
}

#[test]
fn what_was_answered_2xx_is_delivered_through_54_kills() {
    let receiver = receiver();
    let mut server = Server::start(&[
        ("GATILHO_DELIVERY__ANSWER_WITHIN", "200ms"),
        ("GATILHO_DELIVERY__CANCEL_AFTER", "2s"),
        ("GATILHO_DELIVERY__RETRY_EVERY", "100ms"),
        ("GATILHO_DELIVERY__MONITOR_EVERY", "1s"),
        ("GATILHO_LOG__LEVEL", "error"),
    ]);
    let tickets: Vec<i64> = (0..12).map(|_| server.ticket()).collect();
    server.trigger(
        "quick",
        &[on("subject", "changed", None), on("subject", "contains", json!("quick"))],
        &[&receiver.url("/quick")],
    );
    server.trigger(
        "slow",
        &[on("subject", "changed", None), on("subject", "contains", json!("slow"))],
        &[&receiver.url("/slow")],
    );
    let twin = json!({ "id": "twin", "personType": 1, "profileType": 2, "businessName": "Twin" });
    assert_eq!(server.public("POST", "persons", twin).status, 200);
    assert_eq!(server.api("POST", "people/1/password", json!({ "user": "admin" })).status, 200);
    let promises = Promises::default();
    let mut kills = 0;
    for round in 0..6 {
        for (place, visits) in PLACES {
            server.kill();
            let kill_at = format!("{place}:{}", visits[round]);
            // It may come to the place before it is ready: what it found at the start goes on at once.
            match server.try_start_again_with(&[("GATILHO_KILL_AT", &kill_at)]) {
                Ok(()) => live_and_die(&mut server, &promises, &tickets, None),
                Err(ran) => assert_eq!(ran.code, None, "a signal ended it: {ran:?}"),
            }
            kills += 1;
            // Three cuts of one delivery are free: what this kill cut is let through before the next one.
            server.start_again_with(&[("GATILHO_KILL_AT", "")]);
            drain(&server);
            if kills % 2 == 0 {
                let life = Duration::from_millis(LIVES_MS[kills / 2 - 1]);
                live_and_die(&mut server, &promises, &tickets, Some(life));
                server.start_again();
                drain(&server);
            }
        }
    }
    assert_eq!(kills + kills / 2, 54);
    let requests = receiver.requests();
    let arrived: HashSet<String> =
        requests.iter().map(|request| request.json()["Subject"].as_str().unwrap().to_owned()).collect();
    let promised = promises.subjects.lock().unwrap();
    let lost: Vec<_> = promised.difference(&arrived).collect();
    assert!(lost.is_empty(), "{} of {} changes were lost: {lost:?}", lost.len(), promised.len());
    assert!(promised.len() > 200, "only {} changes were made", promised.len());
    check_log(&server, &by_webhook_id(&requests));
}

/// The log says delivered for all, no attempt was used up by a kill, and nothing came more often than it was called.
fn check_log(server: &Server, calls: &HashMap<&str, Vec<&Received>>) {
    let mut interrupted = 0;
    for row in whole_log(server) {
        let id = row["id"].as_str().unwrap();
        assert_eq!(row["status"], "delivered", "{row}");
        let arrivals = calls.get(id).map_or(0, Vec::len);
        assert!(arrivals >= 1, "the log says delivered, the ledger does not: {row}");
        let counted = usize::try_from(row["attempts"].as_i64().unwrap()).unwrap();
        if arrivals == 1 && counted == 1 {
            continue;
        }
        let attempts = server.delivery(id)["attempts"].as_array().unwrap().clone();
        let cut = attempts.iter().filter(|attempt| attempt["outcome"] == "interrupted").count();
        interrupted += cut;
        assert!(arrivals <= attempts.len(), "{arrivals} calls, {} recorded: {row}", attempts.len());
        let same = calls[id].iter().all(|call| call.body == calls[id][0].body);
        assert!(same, "a repeat had another body: {row}");
        // Three cuts are free; what the receiver answered late or not at all counts, and nothing else.
        let free = cut.min(3);
        assert_eq!(counted, attempts.len() - free, "a kill used up an attempt: {row} {attempts:#?}");
    }
    assert!(interrupted > 0, "no call was under way at any kill: the test proves nothing");
}
