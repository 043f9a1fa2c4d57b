//! The whole way round: a webhook of the server reaches the receiver, whose program changes the ticket through the
//! public API. The chain of causes goes round with it, and ends it.

use crate::support::{Inbox, KEY, Server, wait_until};
use serde_json::{Value, json};

/// Adds a mark to the subject of the ticket that it is told of, until there are eight. It speaks HTTP itself: a machine
/// need not have more than `bash`.
const ADD_A_MARK: &str = r#"exec bash -c '
    set -e
    body=$(cat)
    subject=${body#*\"Subject\":\"}
    subject=${subject%%\"*}
    echo "$subject" >> "$D/subjects"
    case $subject in *++++++++) exit 0 ;; esac
    change="{\"subject\":\"$subject+\"}"
    exec 3<> "/dev/tcp/$SERVER"
    printf "%s\r\n" "PATCH /public/v1/tickets?id=$WEBHOOK_TICKET&token=$KEY HTTP/1.1" "host: 127.0.0.1" \
        "content-type: application/json" "content-length: ${#change}" "connection: close" \
        ${ECHOES:+"gatilho-cause: $WEBHOOK_HEADER_GATILHO_CAUSE"} "" >&3
    printf "%s" "$change" >&3
    read -r _ status _ <&3
    cat <&3 >&2
    [ "$status" = 200 ]
'"#;

/// A server that tells of each change of a subject, and a receiver whose program makes the next one. With a word in
/// `echoes` it says what its change follows from.
fn both(echoes: &str) -> (Server, Inbox) {
    let server = Server::start(&[("GATILHO_DELIVERY__RETRY_EVERY", "200ms")]);
    let at = format!("{}/{}", server.address().ip(), server.address().port());
    let inbox = Inbox::start_with(ADD_A_MARK, &[], &[("SERVER", &at), ("KEY", KEY), ("ECHOES", echoes)]);
    server.tell_of_subjects(&format!("http://{}/hooks", inbox.address()));
    (server, inbox)
}

/// `begun` with as many marks.
fn subject(marks: usize) -> String {
    format!("begun{}", "+".repeat(marks))
}

fn subject_of(server: &Server, ticket: i64) -> Value {
    server.public("GET", &format!("tickets?id={ticket}"), None).ok()["subject"].clone()
}

/// What was done to a ticket after it was opened, oldest first, with all that followed from it.
fn changes(server: &Server, ticket: i64) -> Vec<Value> {
    let page = server.api("GET", &format!("changes?ticket={ticket}"), None).ok();
    let rows = page["items"].as_array().expect("a list");
    let ids = rows.iter().rev().skip(1).map(|row| row["id"].as_str().expect("an id"));
    ids.map(|id| server.api("GET", &format!("changes/{id}"), None).ok()).collect()
}

/// Waits until this many webhooks of a ticket were delivered and worked off, and looks that there are no others.
fn all_worked_off(server: &Server, inbox: &Inbox, ticket: i64, count: usize) {
    inbox.wait_for("done", count);
    server.wait_for_rows(&format!("ticket={ticket}&status=delivered"), count);
    // A change is written together with its deliveries, and its answer comes after that: the last program has ended, so
    // nothing can follow.
    assert_eq!(server.log_rows(&format!("ticket={ticket}")).len(), count);
    assert_eq!(inbox.rows(&[]).len(), count);
    let told: Vec<String> = (0..count).map(subject).collect();
    assert_eq!(inbox.lines("subjects"), told, "each was told once, in its order");
}

#[test]
fn a_program_that_echoes_the_cause_does_not_go_round_for_ever() {
    let (server, inbox) = both("yes");
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": subject(0) }));
    all_worked_off(&server, &inbox, ticket, 5);
    assert_eq!(subject_of(&server, ticket), subject(5));

    let changes = changes(&server, ticket);
    let root = &changes[0]["id"];
    let mut sent = Vec::new();
    for (depth, change) in changes.iter().enumerate() {
        assert_eq!(change["cause"], json!({ "root": root, "depth": depth }), "{change:#}");
        assert_eq!(change["after"]["subject"], subject(depth));
        sent.push(change["deliveries"].as_array().expect("a list").len());
    }
    assert_eq!(sent, [1, 1, 1, 1, 1, 0], "the trigger does not fire a sixth time in one chain");
    assert!(changes[..5].iter().all(|change| change["ended"].is_null()));
    let ended = changes[5]["ended"].as_str().expect("a reason");
    assert!(ended.contains("fired 5 times on this ticket within one chain of causes"), "{ended}");

    let notice = wait_until("the end of the chain is told", || {
        let notices = server.api("GET", "notices", None).ok();
        notices["items"].as_array()?.iter().find(|notice| notice["kind"] == "chain_ended").cloned()
    });
    assert_eq!((&notice["ticket"], &notice["count"]), (&json!(ticket), &json!(1)));
    assert_eq!(notice["text"], ended);
}

#[test]
fn a_program_that_echoes_nothing_is_not_stopped() {
    let (server, inbox) = both("");
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": subject(0) }));
    // The ninth run finds eight marks and ends by itself.
    all_worked_off(&server, &inbox, ticket, 9);
    for change in changes(&server, ticket) {
        assert_eq!(change["cause"], json!({ "root": change["id"], "depth": 0 }));
        assert!(change["ended"].is_null(), "{change:#}");
    }
}
