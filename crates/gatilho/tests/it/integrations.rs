//! Two servers that know each other's public URL and key, each killed while the other one goes on.

use super::support::{KEY, Server, Start, wait_until};
use serde_json::{Value, json};

fn server() -> Server {
    Start::new().at_its_port().env(&[("GATILHO_DELIVERY__RETRY_EVERY", "200ms")]).go()
}

fn ticket(server: &Server, number: i64) -> Value {
    server.public("GET", &format!("tickets?id={number}"), None).ok()
}

fn texts(ticket: &Value) -> Vec<&str> {
    let actions = ticket["actions"].as_array().into_iter().flatten();
    actions.filter_map(|action| action["description"].as_str()).collect()
}

fn say(server: &Server, number: i64, text: &str) {
    let body = json!({ "actions": [{ "type": 2, "description": text }] });
    server.public("PATCH", &format!("tickets?id={number}"), body).ok();
}

/// Waits until a ticket's thread has so many entries, and answers them.
fn thread(server: &Server, number: i64, entries: usize) -> Vec<String> {
    let found = wait_until("the thread is whole", || {
        Some(ticket(server, number)).filter(|ticket| texts(ticket).len() >= entries)
    });
    texts(&found).into_iter().map(str::to_owned).collect()
}

#[test]
fn what_happens_while_either_server_is_dead_is_there_once_when_it_lives_again() {
    let (mut here, mut there) = (server(), server());
    let body = json!({
        "name": "Supplier", "url": there.url(), "key": KEY, "both_ways": true,
        "events": ["creation", "public_actions", "status"],
    });
    let half = here.api("POST", "integrations", body).ok();
    let new = json!({
        "type": 2, "subject": "Printer", "createdBy": { "id": "1" }, "clients": [{ "id": "1" }],
        "actions": [{ "type": 2, "description": "begun" }],
    });
    let ours = here.public("POST", "tickets", new).ok()["id"].as_i64().expect("a number");
    let theirs = wait_until("it has a counterpart", || ticket(&here, ours)["movideskTicketNumber"].as_i64());
    assert_eq!(thread(&there, theirs, 1), ["begun"]);
    there.kill();
    say(&here, ours, "one");
    say(&here, ours, "two");
    let detail = here.api("GET", &format!("integrations/{}", half["id"].as_str().expect("an id")), None).ok();
    assert!(detail["other_side"]["error"].as_str().is_some_and(|why| why.contains("refused")), "{detail:#}");
    // Both are dead for a while; what waits outlives it.
    here.kill();
    there.start_again();
    say(&there, theirs, "three");
    here.start_again();
    let (ours_now, theirs_now) = (thread(&here, ours, 4), thread(&there, theirs, 4));
    let told: Vec<_> = theirs_now.iter().filter(|text| ["one", "two"].contains(&text.as_str())).collect();
    assert_eq!(told, ["one", "two"], "in their order");
    for mut thread in [ours_now, theirs_now] {
        thread.sort();
        assert_eq!(thread, ["begun", "one", "three", "two"]);
    }
    let resolved = json!({ "status": "Resolved" });
    there.public("PATCH", &format!("tickets?id={theirs}"), resolved).ok();
    wait_until("the status is here", || (ticket(&here, ours)["baseStatus"] == "Resolved").then_some(()));
    here.restart();
    there.restart();
    assert_eq!((thread(&here, ours, 4).len(), thread(&there, theirs, 4).len()), (4, 4));
}
