//! What each setting of an integration lets across, and what it becomes, between two servers.

use super::integrations_rules::{ask, change, counterpart, say, settled, texts, ticket, until};
use super::support::pages::page;
use super::support::receivers::Break;
use super::support::{Desk, KEY, URL};
use serde_json::{Value, json};

pub(crate) const THERE: &str = "https://there.example";

/// Two servers that reach one another.
pub(crate) async fn two() -> (Desk, Desk) {
    let (here, there) = (Desk::open().await, Desk::at(THERE).await);
    here.receivers.connect(THERE, Some(there.router.clone()));
    there.receivers.connect(URL, Some(here.router.clone()));
    (here, there)
}

pub(crate) fn body(events: &[&str], both_ways: bool, mapping: Value) -> Value {
    json!({
        "name": "Supplier", "url": THERE, "key": KEY, "both_ways": both_ways, "events": events, "mapping": mapping,
    })
}

pub(crate) async fn linked(events: &[&str], both_ways: bool, mapping: Value) -> (Desk, Desk) {
    let (here, there) = two().await;
    here.ok("POST", "/api/v1/integrations", Some(&body(events, both_ways, mapping)), 201).await;
    (here, there)
}

/// Opens a ticket and answers its number.
pub(crate) async fn open(desk: &Desk, more: Value) -> i64 {
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
async fn who_was_chosen_stands_as_author() {
    let (here, there) = two().await;
    let mut by_ana = body(&["creation", "public_actions"], false, json!({}));
    by_ana["author"] = json!("ana");
    here.ok("POST", "/api/v1/integrations", Some(&by_ana), 201).await;
    let ours = counterpart(&there, KEY, open(&there, json!({})).await).await;
    let opened = ticket(&here, KEY, ours).await;
    let authors =
        [&opened["createdBy"]["id"], &opened["actions"][0]["createdBy"]["id"], &opened["clients"][0]["id"]];
    assert_eq!(authors, ["ana"; 3]);
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
    // Nothing was to be told, so that there is nothing to wait for.
    assert_eq!(here.get("/api/v1/deliveries").await["items"], json!([]));
    let copy = ticket(&there, KEY, theirs).await;
    assert_eq!((texts(&copy).len(), &copy["status"]), (2, &json!("New")), "{copy:#}");
}

#[tokio::test]
async fn an_offer_whose_answer_is_lost_is_taken_back_though_that_has_to_be_tried_again() {
    let (here, there) = two().await;
    here.receivers.break_next(&[Some(Break::Answer), Some(Break::Call)]);
    let offer = body(&["creation"], true, json!({}));
    let answer = here.refused("POST", "/api/v1/integrations", KEY, Some(&offer), 400).await;
    assert_eq!(answer.faults(), ["url"], "{}", answer.text);
    assert_eq!(there.get("/api/v1/triggers").await["items"].as_array().map(Vec::len), Some(1));
    for uri in ["/api/v1/integrations", "/api/v1/triggers"] {
        there.until(uri, |list| list["items"] == json!([])).await;
        assert_eq!(here.get(uri).await["items"], json!([]));
    }
    // The next one is made as if nothing had been.
    here.ok("POST", "/api/v1/integrations", Some(&offer), 201).await;
    assert_eq!(there.get("/api/v1/triggers").await["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn where_only_the_other_side_tells_it_learns_of_no_ticket_here_that_was_not_offered() {
    let (here, there) = linked(&["creation", "public_actions"], false, json!({})).await;
    let ours = open(&here, json!({})).await;
    let trigger = there.get("/api/v1/triggers").await["items"][0].clone();
    let (receiver, secret) =
        trigger["actions"][0]["url"].as_str().unwrap().split_once("/receive?secret=").unwrap();
    let uri = format!("{}/ask", receiver.replace(URL, ""));
    let link =
        json!({ "ask": "link", "number": ours, "theirs": 77, "version": 1, "status": "New", "seen": null });
    let news = json!({ "ask": "news", "number": ours, "since": 0 });
    for question in [&news, &link, &news] {
        let answer = here.call("POST", &uri, secret, Some(question)).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        assert!(question["ask"] == "link" || answer.json() == Value::Null, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_side_that_was_disabled_is_not_enabled_by_other_wishes_of_the_other_one() {
    let (here, there) = linked(&["creation", "status"], true, json!({})).await;
    let id = |list: Value| format!("/api/v1/integrations/{}", list["items"][0]["id"].as_str().unwrap());
    let ours = id(here.get("/api/v1/integrations").await);
    let theirs = id(there.get("/api/v1/integrations").await);
    here.receivers.connect(THERE, None);
    here.ok("PATCH", &ours, Some(&json!({ "enabled": false })), 200).await;
    here.receivers.connect(THERE, Some(there.router.clone()));
    let shown = async |desk: &Desk, uri: &str| page(desk, &uri.replace("/api/v1", "/settings/account")).await;
    assert!(shown(&here, &ours).await.contains("It is enabled over there."));
    assert!(shown(&there, &theirs).await.contains("It is disabled over there: what is told waits."));
    there.ok("PATCH", &theirs, Some(&json!({ "events": ["creation"] })), 200).await;
    there.ok("POST", &format!("{theirs}/restore"), None, 200).await;
    let half = here.get(&ours).await;
    assert_eq!((&half["enabled"], &half["events"]), (&json!(false), &json!(["creation"])));
    there.ok("PATCH", &theirs, Some(&json!({ "enabled": false })), 200).await;
    there.ok("PATCH", &theirs, Some(&json!({ "enabled": true })), 200).await;
    assert_eq!(here.get(&ours).await["enabled"], true);
}

#[tokio::test]
async fn what_a_trigger_shows_takes_no_integration_away() {
    let (here, there) = linked(&["creation"], true, json!({})).await;
    let trigger = there.get("/api/v1/triggers").await["items"][0].clone();
    let url = trigger["actions"][0]["url"].as_str().unwrap();
    let (_, secret) = url.split_once("secret=").unwrap();
    let half = here.get("/api/v1/integrations").await["items"][0].clone();
    for withdrawal in [secret, ""] {
        let offer = json!({
            "name": "x", "domain": "dom_0000000000001", "url": URL, "id": half["id"], "secret": secret, "events": [],
            "both_ways": true, "purpose": "withdraw", "withdrawal": withdrawal,
        });
        for desk in [&here, &there] {
            desk.refused("POST", "/api/v1/integrations/halves", KEY, Some(&offer), 404).await;
            assert_eq!(desk.get("/api/v1/integrations").await["items"].as_array().map(Vec::len), Some(1));
        }
    }
}
