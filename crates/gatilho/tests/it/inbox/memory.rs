//! What the inbox remembers and for how long, and what senders are told while nothing can be stored.

use super::{KEEP, ticket};
use crate::support::{Inbox, wait_until};
use engine::SystemClock;
use model::inbox::RequestState;
use model::time::{Clock, Timestamp};
use rustix::process::Signal;
use serde_json::Value;
use std::path::Path;
use store::db::{Db, Settings, Write};
use store::inbox::{Arrival, Ended, finish, start};
use store::testing::Held;
use tokio::runtime::Runtime;

fn days_ago(days: i64) -> Timestamp {
    SystemClock.now().plus_ms(-days * 24 * 60 * 60 * 1_000)
}

/// A request of this name, stored long ago.
fn arrival(name: &str) -> Write {
    let at = days_ago(40);
    Write::new().step(store::inbox::store(&Arrival {
        webhook_id: Some(name.into()),
        resend: 0,
        ticket: None,
        path: "/".into(),
        query: String::new(),
        headers: Vec::new(),
        body: "{}".into(),
        digest: None,
        repeats_since: at,
        at,
    }))
}

/// How a run ended that many days ago.
fn ended(request: i64, state: RequestState, days: i64) -> Write {
    let end = Ended { state, due_at: days_ago(days), error: String::new(), output: String::new() };
    finish(request, &end, days_ago(days))
}

fn names(rows: &[Value]) -> Vec<&str> {
    let mut names: Vec<_> = rows.iter().filter_map(|row| row["webhook_id"].as_str()).collect();
    names.sort_unstable();
    names
}

/// Rows as an inbox of long standing has them: name, and how it ended how many days ago.
async fn fill(file: &Path, rows: &[(&str, Option<(RequestState, i64)>)]) {
    let db = Db::open(Settings::inbox(file)).await.expect("an inbox");
    for (request, (name, end)) in (1..).zip(rows) {
        db.commit(arrival(name)).await.expect("stored");
        if let Some((state, days)) = end {
            db.commit(Write::new().step(start(request, days_ago(*days)))).await.expect("started");
            db.commit(ended(request, *state, *days)).await.expect("ended");
        }
    }
    db.close().await;
}

#[test]
fn what_was_done_is_remembered_for_seven_days_and_what_was_not_for_ever() {
    let mut inbox = Inbox::start(KEEP, &[]);
    inbox.end(Signal::TERM);
    let rows = [
        ("old", Some((RequestState::Done, 8))),
        ("recent", Some((RequestState::Done, 6))),
        ("given up", Some((RequestState::Dead, 30))),
        ("never run", None),
    ];
    Runtime::new().expect("a runtime").block_on(fill(&inbox.store(), &rows));
    assert_eq!(names(&inbox.rows(&[])), ["given up", "never run", "old", "recent"]);
    assert!(inbox.try_start(&[]), "{}", inbox.log());
    wait_until("what is old is gone and the rest was run", || {
        (names(&inbox.rows(&[])) == ["given up", "never run", "recent"]
            && names(&inbox.rows(&["--state", "done"])) == ["never run", "recent"])
        .then_some(())
    });
    // A name is known as long as its request is.
    for name in ["recent", "given up", "old"] {
        inbox.deliver(&[("webhook-id", name)], &ticket(7));
    }
    inbox.wait_for("done", 3);
    assert_eq!(inbox.lines("runs"), [" never run 1", "7 old 1"]);
    assert_eq!(names(&inbox.rows(&[])), ["given up", "never run", "old", "recent"]);
}

#[test]
fn while_nothing_can_be_stored_senders_are_told_to_come_again() {
    let inbox = Inbox::start(KEEP, &[]);
    let held = Held::take(&inbox.store());
    let answer = inbox.post("/", &[("webhook-id", "a")], &ticket(7));
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{}", answer.body);
    assert!(answer.body.contains("send it again later"), "{}", answer.body);
    assert_eq!(inbox.get("/healthz").status, 200, "what is stored can be read");
    drop(held);
    wait_until("it is taken", || {
        (inbox.post("/", &[("webhook-id", "a")], &ticket(7)).status == 200).then_some(())
    });
    inbox.wait_for("done", 1);
    // Whether the first one was stored too late or not at all.
    assert_eq!(inbox.lines("runs"), ["7 a 1"]);
}
