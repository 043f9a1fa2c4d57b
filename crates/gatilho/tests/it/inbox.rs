//! The receiving end: the real process, real sockets, real programs.

#[cfg(feature = "failpoints")]
mod kills;
mod memory;
mod story;

use crate::support::{Inbox, wait_until};
use engine::signing::{Secret, signature_header};
use engine::{Random, SystemClock};
use model::time::Clock;
use rustix::process::Signal;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

/// Writes a line for each run: ticket, name and attempt.
const KEEP: &str = "cat > \"$D/body\"; echo \"$WEBHOOK_TICKET $WEBHOOK_ID $WEBHOOK_ATTEMPT\" >> \"$D/runs\"";

fn ticket(number: i64) -> String {
    format!("{{\"Id\":{number},\"Status\":\"Resolved\"}}")
}

#[test]
fn the_answer_comes_while_the_program_still_runs() {
    let inbox = Inbox::start("cat > \"$D/body.$WEBHOOK_REQUEST\"; wait_for go", &[]);
    for number in 0..20 {
        inbox.deliver(&[], &ticket(number));
    }
    // None of them has ended: none may before the door is opened.
    assert_eq!(inbox.wait_for("running", 4).len(), 4, "as many at once as may be");
    assert!(inbox.rows(&["--state", "done"]).is_empty());
    assert_eq!(inbox.get("/healthz").status, 200);
    inbox.open("go");
    inbox.wait_for("done", 20);
    for number in 0..20 {
        assert_eq!(inbox.lines(&format!("body.{}", number + 1)), [ticket(number)]);
    }
}

#[test]
fn requests_of_one_ticket_run_in_the_order_of_their_arrival() {
    let program =
        format!("{KEEP}; [ \"$WEBHOOK_ID$WEBHOOK_ATTEMPT\" = a1 ] && wait_for go && exit 1; exit 0");
    let inbox = Inbox::start(&program, &["--concurrency", "3"]);
    for (id, number) in [("a", 7), ("b", 7), ("c", 8), ("d", 7), ("e", 9)] {
        inbox.deliver(&[("webhook-id", id)], &ticket(number));
    }
    // Other tickets pass it by; what follows in its own does not.
    let done = inbox.wait_for("done", 2);
    let mut names: Vec<_> = done.iter().map(|row| row["webhook_id"].as_str().expect("a name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["c", "e"]);
    inbox.open("go");
    inbox.wait_for("done", 5);
    let of_seven: Vec<String> =
        inbox.lines("runs").into_iter().filter(|line| line.starts_with("7 ")).collect();
    assert_eq!(of_seven, ["7 a 1", "7 a 2", "7 b 1", "7 d 1"]);
}

#[test]
fn the_same_webhook_id_is_run_once_and_again_when_it_was_sent_again() {
    let inbox = Inbox::start("cat >/dev/null; echo \"$WEBHOOK_ID $WEBHOOK_RESEND\" >> \"$D/runs\"", &[]);
    for _ in 0..3 {
        inbox.deliver(&[("webhook-id", "dlv_1")], &ticket(7));
    }
    inbox.deliver(&[("webhook-id", "dlv_1"), ("gatilho-resend", "1")], &ticket(7));
    inbox.deliver(&[("webhook-id", "dlv_1"), ("gatilho-resend", "1")], &ticket(7));
    inbox.wait_for("done", 2);
    assert_eq!(inbox.lines("runs"), ["dlv_1 0", "dlv_1 1"]);
}

#[test]
fn equal_bytes_are_marked_and_still_run() {
    let program = "cat >/dev/null; echo \"$WEBHOOK_REPEAT\" >> \"$D/runs\"";
    let inbox = Inbox::start(program, &["--fold-repeats", "5m"]);
    for number in [7, 7, 8] {
        inbox.deliver(&[], &ticket(number));
    }
    inbox.wait_for("done", 3);
    let mut runs = inbox.lines("runs");
    runs.sort();
    assert_eq!(runs, ["0", "0", "1"]);
    assert_eq!(inbox.rows(&["--ticket", "7"]).iter().filter(|row| row["repeat"] == true).count(), 1);
}

#[test]
fn what_was_not_signed_is_not_stored() {
    let [old, new, other] = [1, 2, 3].map(|seed| Random::from_seed(seed).with(Secret::generate));
    let both = format!("{},{}", *old.to_string(), *new.to_string());
    let inbox = Inbox::start_with(KEEP, &[], &[("GATILHO_RECEIVE__SECRET", &both)]);
    let body = ticket(7);
    let now = SystemClock.now().0 / 1_000;
    let send = |id: &str, secret: &Secret, at: i64, body: &str| {
        let signature = signature_header(&[secret], id, at, ticket(7).as_bytes());
        let at = at.to_string();
        let headers = [("webhook-id", id), ("webhook-timestamp", &at), ("webhook-signature", &signature)];
        inbox.post("/hooks", &headers, body).status
    };
    assert_eq!(send("a", &old, now, &body), 200);
    assert_eq!(send("b", &new, now, &body), 200);
    assert_eq!(send("c", &other, now, &body), 401);
    assert_eq!(send("d", &new, now - 600, &body), 401, "a replay");
    assert_eq!(send("e", &new, now, &ticket(8)), 401, "other bytes");
    assert_eq!(inbox.post("/hooks", &[], &body).status, 401, "no signature");
    inbox.wait_for("done", 2);
    assert_eq!(inbox.rows(&[]).len(), 2);
    let text = inbox.command(&["show", "1", "--json"]).ok();
    assert!(!text.contains("whsec_"), "{text}");
}

#[test]
fn a_secret_that_is_empty_is_refused_and_does_not_leave_the_door_open() {
    let mut inbox = Inbox::start(KEEP, &[]);
    inbox.end(Signal::TERM);
    assert!(!inbox.try_start(&[("GATILHO_RECEIVE__SECRET", "")]));
    assert!(inbox.log().contains("--secret cannot be used"), "{}", inbox.log());
}

#[test]
fn the_secret_of_the_query_is_asked_for_and_kept_nowhere() {
    let program = "cat >/dev/null; echo \"$WEBHOOK_PATH?$WEBHOOK_QUERY\" >> \"$D/runs\"; env >&2";
    let inbox =
        Inbox::start(program, &["--query-secret", "secret=the-word", "--query-secret", "token=new-word"]);
    for (path, status) in [
        ("/hooks", 401),
        ("/hooks?secret=the-wor", 401),
        ("/hooks?secret=new-word", 401),
        ("/hooks?a=1&secret=the-word&b=2", 200),
        ("/other/path?token=new-word", 200),
    ] {
        assert_eq!(inbox.post(path, &[], &ticket(7)).status, status, "{path}");
    }
    inbox.wait_for("done", 2);
    assert_eq!(inbox.lines("runs"), ["/hooks?a=1&b=2", "/other/path?"]);
    let mut told = inbox.log();
    for request in ["1", "2"] {
        told.push_str(&inbox.command(&["show", request, "--json"]).ok());
    }
    assert!(!told.contains("the-word") && !told.contains("new-word"), "{told}");
}

#[test]
fn what_is_no_webhook_is_refused_and_not_stored() {
    let inbox = Inbox::start(KEEP, &[]);
    assert_eq!(inbox.get("/hooks").status, 405);
    let status = |headers: &[(&str, &str)], body: &str| inbox.post("/hooks", headers, body).status;
    assert_eq!(status(&[], "{\"Id\":"), 400);
    assert_eq!(status(&[], ""), 400);
    assert_eq!(status(&[("content-type", "text/plain")], "{}"), 415);
    assert_eq!(status(&[("x-long", &"x".repeat(40_000))], "{}"), 431);
    assert_eq!(inbox.post(&format!("/{}", "x".repeat(9_000)), &[], "{}").status, 414);
    // Announced only: a sender that is answered early may not have read the answer while it still sends.
    let mut stream = TcpStream::connect(inbox.address()).expect("it listens");
    let head =
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2097153\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    BufReader::new(&stream).read_line(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(inbox.rows(&[]).is_empty());
    let largest = format!("\"{}\"", "x".repeat(2 * 1024 * 1024 - 2));
    inbox.deliver(&[], &largest);
    inbox.wait_for("done", 1);
    assert_eq!(std::fs::read(inbox.path("body")).expect("it ran"), largest.as_bytes());
}

#[test]
fn a_body_that_does_not_come_is_answered_and_others_are_taken_meanwhile() {
    let inbox = Inbox::start(KEEP, &[]);
    let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let slow: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(inbox.address()).expect("it listens");
            stream.write_all(head.as_bytes()).expect("sent");
            stream
        })
        .collect();
    inbox.deliver(&[], &ticket(7));
    for stream in slow {
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer).expect("answered");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    assert_eq!(inbox.wait_for("done", 1).len(), 1);
    assert_eq!(inbox.rows(&[]).len(), 1);
}

#[test]
fn only_the_networks_that_are_named_may_send() {
    let here = Inbox::start(KEEP, &["--allow-from", "10.0.0.0/8,127.0.0.1"]);
    here.deliver(&[], "{}");
    let there = Inbox::start(KEEP, &["--allow-from", "10.0.0.0/8"]);
    assert_eq!(there.post("/", &[], "{}").status, 403);
    assert!(there.rows(&[]).is_empty());
    assert_eq!(there.get("/healthz").status, 200, "for whoever balances the load");
}

#[test]
fn what_never_works_is_given_up_after_its_runs() {
    let inbox = Inbox::start("cat >/dev/null; exit 3", &["--retries", "1"]);
    inbox.deliver(&[], &ticket(7));
    let dead = inbox.wait_for("dead", 1);
    assert!(
        dead[0]["runs"] == 2 && dead[0]["error"].as_str().is_some_and(|why| why.contains('3')),
        "{dead:?}"
    );
}

/// The body of a rich ticket, as it is sent.
const SNAPSHOT: &str =
    include_str!("../../../model/src/snapshots/model__payload__tests__the_body_of_a_rich_ticket.snap");

#[test]
fn a_webhook_without_a_name_and_a_signature_is_taken_byte_for_byte_by_the_secret_in_its_address() {
    let body = SNAPSHOT.splitn(3, "---\n").nth(2).expect("a body").trim_end();
    let inbox = Inbox::start(KEEP, &["--query-secret", "secret=the-word"]);
    for _ in 0..2 {
        let address = "/movidesk/hook.php?secret=the-word";
        let answer = inbox.post(address, &[("content-type", "application/json; charset=utf-8")], body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "Ok"));
    }
    inbox.wait_for("done", 2);
    assert_eq!(inbox.lines("runs"), ["1207  1", "1207  1"]);
    assert_eq!(inbox.lines("body").join("\n"), body);
}

#[test]
fn what_is_given_up_says_why_and_can_be_run_again_or_dropped() {
    let program = "cat >/dev/null; [ -e \"$D/mended\" ] && exit 0; echo no such ticket >&2; exit 100";
    let inbox = Inbox::start(program, &[]);
    inbox.deliver(&[("webhook-id", "dlv_1")], &ticket(7));
    inbox.deliver(&[("webhook-id", "dlv_2")], &ticket(8));
    let dead = inbox.wait_for("dead", 2);
    assert!(dead.iter().all(|row| row["error"] == "exit status 100: never again" && row["runs"] == 1));
    let shown = inbox.command(&["show", "1"]).ok();
    assert!(shown.contains("Request 1: dead") && shown.contains("no such ticket"), "{shown}");
    let table = inbox.command(&["list", "--state", "dead"]).ok();
    assert!(table.starts_with("ID ") && table.contains("never again"), "{table}");
    inbox.open("mended");
    assert!(inbox.command(&["retry", "1"]).ok().contains("run again"));
    inbox.wait_for("done", 1);
    assert!(inbox.command(&["drop", "2"]).ok().contains("dropped"));
    assert!(inbox.command(&["drop", "1"]).failed(1).contains("request 1 is done and cannot be dropped now"));
    assert!(inbox.command(&["retry", "99"]).failed(1).contains("there is no request 99"));
    // A dropped one is remembered.
    inbox.deliver(&[("webhook-id", "dlv_2")], &ticket(8));
    assert_eq!(inbox.rows(&[]).len(), 2);
}

#[test]
fn what_runs_too_long_is_ended_and_run_again() {
    let program = "cat >/dev/null; [ \"$WEBHOOK_ATTEMPT\" = 2 ] && exit 0; sleep 1000";
    let inbox = Inbox::start(program, &["--time-limit", "1s"]);
    inbox.deliver(&[], &ticket(7));
    let done = inbox.wait_for("done", 1);
    assert_eq!(done[0]["runs"], 2);
    assert!(inbox.log().contains("ran longer than 1 s and was ended"), "{}", inbox.log());
}

#[test]
fn two_receivers_do_not_share_a_store() {
    let inbox = Inbox::start(KEEP, &[]);
    let said = inbox.second(&inbox.store()).failed(1);
    assert!(said.contains("another gatilho receive uses") && said.contains("inbox.db"), "{said}");
    inbox.deliver(&[], "{}");
}

#[test]
fn a_stop_lets_programs_end_and_keeps_the_rest() {
    let program = format!("{KEEP}; echo begun >> \"$D/begun\"; wait_for go");
    let mut inbox = Inbox::start(&program, &["--concurrency", "1"]);
    inbox.deliver(&[("webhook-id", "a")], &ticket(7));
    inbox.deliver(&[("webhook-id", "b")], &ticket(8));
    wait_until("the first runs", || (!inbox.lines("begun").is_empty()).then_some(()));
    let door = inbox.path("go");
    let address = inbox.address();
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| inbox.end(Signal::TERM));
        // It has been told to end when it listens no more; its program still runs.
        wait_until("it listens no more", || TcpStream::connect(address).is_err().then_some(()));
        assert!(!ending.is_finished());
        std::fs::write(door, "").expect("made");
        assert!(ending.join().expect("no panic").success());
    });
    let states = |inbox: &Inbox| {
        let mut rows = inbox.rows(&[]);
        rows.sort_by_key(|row| row["id"].as_i64());
        rows.iter().map(|row| row["state"].as_str().expect("a state").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(&inbox), ["done", "waiting"]);
    assert!(inbox.try_start(&[]));
    inbox.wait_for("done", 2);
    assert_eq!(inbox.lines("runs"), ["7 a 1", "8 b 1"]);
}

#[test]
fn what_happens_is_counted_and_can_be_followed() {
    let inbox =
        Inbox::start("cat >/dev/null; exit $(($WEBHOOK_TICKET))", &["--metrics-listen", "127.0.0.1:0"]);
    let store = inbox.store();
    let mut tail = Command::new(env!("CARGO_BIN_EXE_gatilho"))
        .args(["inbox", "tail", "--json", "--store"])
        .arg(&store)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(tail.stdout.take().expect("it is piped")).lines();
    inbox.deliver(&[("webhook-id", "a")], &ticket(0));
    inbox.deliver(&[("webhook-id", "a")], &ticket(0));
    inbox.deliver(&[("webhook-id", "b")], &ticket(100));
    inbox.post("/", &[], "no");
    let mut ends = Vec::new();
    while ends.len() < 2 {
        let line: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
        if line["state"] == "done" || line["state"] == "dead" {
            ends.push(format!("{} {}", line["webhook_id"].as_str().expect("a name"), line["state"]));
        }
    }
    tail.kill().expect("it follows until it is ended");
    tail.wait().expect("ended");
    ends.sort();
    assert_eq!(ends, ["a \"done\"", "b \"dead\""]);
    let metrics = inbox.metrics();
    for line in [
        "gatilho_receive_requests_total{outcome=\"stored\"} 2",
        "gatilho_receive_requests_total{outcome=\"known\"} 1",
        "gatilho_receive_requests_total{outcome=\"refused\"} 1",
        "gatilho_receive_runs_total{outcome=\"done\"} 1",
        "gatilho_receive_runs_total{outcome=\"dead\"} 1",
        "gatilho_receive_inbox{state=\"dead\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert_eq!(inbox.get("/metrics").status, 405, "not where senders are");
}
