//! What each setting of an integration lets across, and what it becomes, between two servers.

use super::integrations_rules::{ask, change, counterpart, say, settled, texts, ticket, until};
use super::support::{Desk, KEY, URL};
use serde_json::{Value, json};

const THERE: &str = "https://there.example";

/// Two servers that reach one another.
async fn two() -> (Desk, Desk) {
    let (here, there) = (Desk::open().await, Desk::at(THERE).await);
    here.receivers.connect(THERE, Some(there.router.clone()));
    there.receivers.connect(URL, Some(here.router.clone()));
    (here, there)
}

fn body(events: &[&str], both_ways: bool, mapping: Value) -> Value {
    json!({
        "name": "Supplier", "url": THERE, "key": KEY, "both_ways": both_ways, "events": events, "mapping": mapping,
    })
}

async fn linked(events: &[&str], both_ways: bool, mapping: Value) -> (Desk, Desk) {
    let (here, there) = two().await;
    here.ok("POST", "/api/v1/integrations", Some(&body(events, both_ways, mapping)), 201).await;
    (here, there)
}

/// Opens a ticket and answers its number.
async fn open(desk: &Desk, more: Value) -> i64 {
    let mut new = json!({
        "type": 2, "subject": "The scanner", "createdBy": { "id": "1" }, "clients": [{ "id": "1" }],
        "actions": [{ "type": 2, "description": "begun" }],
    });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ask(desk, KEY, "POST", "/tickets", &new).await.json()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn type_category_service_and_clients_become_what_the_mapping_says_or_its_default() {
    let service = "IT > Network > Link";
    let mapping = json!({
        "type": { "values": { "public": "internal" } },
        "category": { "values": { "Question": "Fault" } },
        "service": { "default": service },
        "client": { "default": "carl" },
    });
    let (here, there) = linked(&["creation"], false, mapping).await;
    let theirs = open(&there, json!({ "category": "Question" })).await;
    let ours = counterpart(&there, KEY, theirs).await;
    let opened = ticket(&here, KEY, ours).await;
    assert_eq!((&opened["type"], &opened["category"]), (&json!(1), &json!("Fault")));
    assert_eq!(opened["serviceFull"], json!(["IT", "Network", "Link"]), "it had none over there");
    assert_eq!(opened["clients"][0]["id"], "carl", "nobody over there is somebody here by code alone");
    let theirs = ticket(&there, KEY, theirs).await;
    assert_eq!(
        (&theirs["type"], &theirs["category"]),
        (&json!(2), &json!("Question")),
        "it stays over there"
    );
}

#[tokio::test]
async fn internal_entries_cross_when_they_are_chosen_and_stay_internal() {
    let (here, there) = linked(&["creation", "public_actions", "internal_actions"], true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    say(&here, KEY, ours, 1, "among us").await;
    let copy = until(&there, KEY, theirs, |ticket| texts(ticket).len() == 2).await;
    assert_eq!(texts(&copy)[1], "among us");
    let kinds: Vec<&Value> =
        copy["actions"].as_array().unwrap().iter().map(|action| &action["type"]).collect();
    assert_eq!(kinds, [&json!(2), &json!(1)]);
}

#[tokio::test]
async fn of_statuses_only_those_that_end_a_ticket_cross_as_closing() {
    let (here, there) = linked(&["creation", "closing"], true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    change(&here, KEY, ours, json!({ "status": "In attendance" })).await;
    say(&here, KEY, ours, 2, "no entries either").await;
    settled(&here).await;
    assert_eq!(ticket(&there, KEY, theirs).await["status"], "New");
    change(&here, KEY, ours, json!({ "status": "Resolved" })).await;
    let copy = until(&there, KEY, theirs, |ticket| ticket["status"] == "Resolved").await;
    assert!(texts(&copy).is_empty(), "{copy:#}");
}

#[tokio::test]
async fn one_way_only_what_happens_over_there_comes_here() {
    let (here, there) = linked(&["creation", "public_actions", "status"], false, json!({})).await;
    let theirs = open(&there, json!({})).await;
    let ours = counterpart(&there, KEY, theirs).await;
    say(&there, KEY, theirs, 2, "from there").await;
    until(&here, KEY, ours, |ticket| texts(ticket).len() == 2).await;
    say(&here, KEY, ours, 2, "from here").await;
    change(&here, KEY, ours, json!({ "status": "Resolved" })).await;
    open(&here, json!({})).await;
    // What came from over there later shows that what happened here before it would be there by now.
    say(&there, KEY, theirs, 2, "and again").await;
    until(&here, KEY, ours, |ticket| texts(ticket).len() == 4).await;
    let copy = ticket(&there, KEY, theirs).await;
    assert_eq!((texts(&copy).len(), &copy["status"]), (3, &json!("New")), "{copy:#}");
    assert_eq!(here.get("/api/v1/deliveries").await["items"], json!([]));
    let rows = there.get("/api/v1/changes").await["items"].as_array().map(Vec::len);
    assert_eq!(rows, Some(4), "nothing was opened over there, and no number told as a change");
}

#[tokio::test]
async fn an_offer_whose_answer_is_lost_is_taken_back() {
    let (here, there) = two().await;
    here.receivers.lose_answers(1);
    let offer = body(&["creation"], true, json!({}));
    let answer = here.refused("POST", "/api/v1/integrations", KEY, Some(&offer), 400).await;
    assert_eq!(answer.faults(), ["url"], "{}", answer.text);
    for uri in ["/api/v1/integrations", "/api/v1/triggers"] {
        there.until(uri, |list| list["items"] == json!([])).await;
        assert_eq!(here.get(uri).await["items"], json!([]));
    }
    // The next one is made as if nothing had been.
    here.ok("POST", "/api/v1/integrations", Some(&offer), 201).await;
    assert_eq!(there.get("/api/v1/triggers").await["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn only_the_same_offer_takes_itself_back() {
    let (here, there) = linked(&["creation"], true, json!({})).await;
    let half = here.get("/api/v1/integrations").await["items"][0].clone();
    let withdrawal = json!({
        "name": "x", "domain": "dom_0000000000001", "url": URL, "id": half["id"], "secret": "another one", "events": [], "both_ways": true,
        "purpose": "withdraw",
    });
    there.refused("POST", "/api/v1/integrations/halves", KEY, Some(&withdrawal), 404).await;
    assert_eq!(there.get("/api/v1/integrations").await["items"].as_array().map(Vec::len), Some(1));
}
