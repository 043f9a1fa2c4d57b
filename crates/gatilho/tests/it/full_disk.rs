//! A disk without room, under the real binary: from some write on the kernel refuses each write to the database.

use crate::support::{Receiver, Reply, Server, Start, always};
use serde_json::json;

/// Writes of one thread that still find room: starting and some dozen changes.
const ROOM: u32 = 600;

/// Changes that cannot all find room, and that one page of the log shows.
const CHANGES: u32 = 100;

#[test]
fn a_change_without_room_is_refused_as_a_whole_and_what_was_answered_is_delivered() {
    let receiver = Receiver::start(always(Reply::status(200)));
    let home = tempfile::tempdir().expect("a temporary directory");
    let inject = format!("inject=pwrite64:error=ENOSPC:when={ROOM}+");
    let under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", &inject];
    let mut server = Start::new().data(home.path()).under(&under).go();
    let ticket = server.ticket();
    server.tell_of_subjects(&receiver.url("/hook"));
    let uri = format!("tickets?id={ticket}");
    let mut answered = 0;
    let refusal = loop {
        assert!(answered < CHANGES, "there was room for all of them");
        let body = json!({ "subject": format!("number {}", answered + 1) });
        let answer = server.public("PATCH", &uri, body);
        if answer.status != 200 {
            break answer;
        }
        answered += 1;
    };
    assert!(answered > 0, "starting took all the room: {}", refusal.body);
    let problem = refusal.refused(503);
    assert!(problem["message"].as_str().is_some_and(|why| why.contains("is full")), "{problem:#}");
    let subject = |server: &Server| server.public("GET", &uri, None).ok()["subject"].clone();
    assert_eq!(subject(&server), format!("number {answered}"), "reading goes on");
    server.terminate();
    drop(server);
    let server = Start::new().data(home.path()).go();
    assert_eq!(subject(&server), format!("number {answered}"), "and nothing of the refused one is there");
    let rows = server.wait_for_rows("status=delivered&limit=100", answered.try_into().expect("few"));
    assert_eq!(rows.len(), answered as usize);
}
