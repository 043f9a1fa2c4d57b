//! A help desk on SQLite is stopped, copied to PostgreSQL, and goes on there: tickets, log, triggers, what failed and
//! what is still to be tried.

use std::fs;

use serde_json::{Value, json};

use super::cluster::Cluster;
use crate::support::{Ran, Receiver, Reply, Server, Start, always, gatilho};

fn copy(server: &Server, url: &str) -> Ran {
    let from = format!("sqlite:{}", server.data().display());
    gatilho(&["admin", "copy", "--from", &from, "--to", url], &[])
}

fn ids(rows: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn a_help_desk_goes_on_where_it_was_copied_to() {
    let cluster = Cluster::start();
    cluster.sql("postgres", "create database desk");
    let url = cluster.url("desk");
    let good = Receiver::start(always(Reply::status(200)));
    let bad = Receiver::start(always(Reply::status(503)));
    let slow = [("GATILHO_DELIVERY__RETRIES", "1"), ("GATILHO_DELIVERY__RETRY_EVERY", "20ms")];
    let mut before = Start::new().env(&slow).go();
    before.tell_of_subjects(&good.url("/"));
    before.tell_of_subjects(&bad.url("/"));
    let ticket = before.ticket();
    before.change(ticket, json!({ "subject": "one" }));
    before.wait_for_rows("status=failed", 1);
    before.wait_for_rows("status=delivered", 1);
    assert!(before.terminate().success());
    before.start_again_with(&[("GATILHO_DELIVERY__RETRY_EVERY", "1h")]);
    before.change(ticket, json!({ "subject": "two" }));
    before.wait_for_rows("status=retrying", 1);
    before.wait_for_rows("status=delivered", 2);
    let rows = before.log_rows("limit=100");
    let triggers = before.api("GET", "triggers", None).ok();

    let said = copy(&before, &url).failed(1);
    assert!(said.contains("a server uses") && said.contains("stop it first"), "{said}");
    assert!(before.terminate().success());
    let ran = copy(&before, &url);
    assert!(ran.stderr.contains("copied tickets: 1 of 1 rows, 100 %"), "{ran:?}");
    let said = ran.ok();
    assert!(said.contains("deliveries") && said.contains("equal") && !said.contains("DIFFERENT"), "{said}");
    let key = before.data().join("master.key");
    assert!(said.contains(&key.display().to_string()), "{said}");
    // Again, as after an interruption.
    copy(&before, &url).ok();

    let home = tempfile::tempdir().unwrap();
    fs::copy(&key, home.path().join("master.key")).unwrap();
    let settings = [("GATILHO_STORE__DATABASE", url.as_str()), ("GATILHO_DELIVERY__RETRY_EVERY", "1h")];
    let mut after = Start::new().data(home.path()).env(&slow).env(&settings).go();
    assert_eq!(after.public("GET", &format!("tickets?id={ticket}"), None).ok()["subject"], "two");
    assert_eq!(ids(&after.log_rows("limit=100")), ids(&rows));
    assert_eq!(after.api("GET", "triggers", None).ok(), triggers);
    assert!(after.ticket() > ticket, "numbers go on");
    // What had failed is sent again, from the same body; what was to be tried is still to be tried.
    assert_eq!(after.log_rows("status=retrying").len(), 1);
    let calls = good.requests().len();
    after.change(ticket, json!({ "subject": "three" }));
    good.wait_for(calls + 1);
    let failed = after.log_rows("status=failed")[0]["id"].as_str().unwrap().to_owned();
    let calls = bad.requests().len();
    after.api("POST", &format!("deliveries/{failed}/resend"), json!({})).ok();
    let seen = bad.wait_until("it is sent again", |seen| {
        seen[calls..].iter().any(|request| request.json()["Subject"] == "one")
    });
    assert!(seen.len() > calls);

    let said = copy(&before, &url).failed(1);
    assert!(said.contains("nodes run on the target"), "{said}");
    assert!(after.terminate().success());
    let said = copy(&before, &url).failed(1);
    assert!(said.contains("has been started on the target before"), "{said}");
}
