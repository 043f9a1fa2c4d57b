//! Changes: what was done, what followed from it, and why a trigger did or did not fire.

use super::support::{Desk, KEY};
use serde_json::{Value, json};

async fn newest(desk: &Desk, ticket: i64) -> String {
    let list = desk.get(&format!("/api/v1/changes?ticket={ticket}&limit=1")).await;
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn trigger(desk: &Desk, conditions: Value, actions: Value) -> String {
    let body = json!({ "name": "t", "conditions": conditions, "actions": actions });
    desk.ok("POST", "/api/v1/triggers", Some(&body), 201).await.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_tells_before_after_and_what_followed() {
    let desk = Desk::open().await;
    let resolved = json!({ "all": [{ "field": "status", "operator": "changed_to", "value": "Resolved" }] });
    let actions =
        json!([{ "kind": "add_tag", "tag": "done" }, { "kind": "webhook", "url": "https://one.example/" }]);
    let id = trigger(&desk, resolved, actions).await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    let change = desk.get(&format!("/api/v1/changes/{}", newest(&desk, ticket).await)).await;
    assert_eq!(
        (&change["before"]["status"], &change["after"]["status"]),
        (&json!("New"), &json!("Resolved"))
    );
    let fields = |delta: &Value| -> Vec<String> {
        delta.as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(&change["delta"]), ["status", "base_status", "resolved_in_first_call", "resolved_at"]);
    assert_eq!(change["delta"][0], json!({ "field": "status", "before": "New", "after": "Resolved" }));
    assert_eq!(change["effects"][0]["trigger"], id);
    assert_eq!(change["effects"][0]["delta"], json!([{ "field": "tags", "before": [], "after": ["done"] }]));
    assert_eq!(change["firings"][0]["trigger"], json!({ "id": id, "name": "t" }));
    assert_eq!(change["firings"][0]["reasons"][0]["held"], true);
    assert_eq!(change["deliveries"][0]["url"], "https://one.example/");
    assert_eq!((&change["actor"]["via"], &change["actor"]["person"]["id"]), (&json!("api_key"), &json!("1")));
    assert_eq!(change["cause"], json!({ "root": change["id"], "depth": 0 }));
}

#[tokio::test]
async fn changes_are_listed_newest_first() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    desk.ticket().await;
    let rows = desk.get(&format!("/api/v1/changes?ticket={ticket}")).await;
    let rows = rows["items"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["fields"], json!(["status", "base_status", "resolved_in_first_call", "resolved_at"]));
    assert_eq!((&rows[1]["created"], &rows[1]["actions_added"]), (&json!(true), &json!([1])));
    let first = desk.get("/api/v1/changes?limit=2").await;
    let rest =
        desk.get(&format!("/api/v1/changes?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(rest["items"][0], rows[1]);
    assert_eq!(desk.get("/api/v1/changes?ticket=99999").await["items"], json!([]));
    let opened = desk.get(&format!("/api/v1/changes/{}", rows[1]["id"].as_str().unwrap())).await;
    assert_eq!(opened["before"], Value::Null);
    assert_eq!(opened["delta"][0], json!({ "field": "number", "before": null, "after": ticket }));
}

#[tokio::test]
async fn a_change_explains_each_trigger() {
    let desk = Desk::open().await;
    let tag = json!([{ "kind": "add_tag", "tag": "x" }]);
    let status = |value: &str| json!({ "field": "status", "operator": "changed_to", "value": value });
    let urgency = json!({ "field": "urgency", "operator": "is", "value": "High" });
    let created = json!({ "field": "ticket", "operator": "created" });
    let is_new = json!({ "field": "type", "operator": "is", "value": 2 });
    let fired = trigger(&desk, json!({ "all": [status("Resolved")] }), tag.clone()).await;
    let filter = trigger(&desk, json!({ "all": [status("Resolved"), urgency] }), tag.clone()).await;
    let any = trigger(&desk, json!({ "any": [status("Closed"), status("New")] }), tag.clone()).await;
    let quiet = trigger(&desk, json!({ "any": [is_new, created] }), tag.clone()).await;
    let off = trigger(&desk, json!({ "all": [status("Resolved")] }), tag.clone()).await;
    desk.ok("POST", &format!("/api/v1/triggers/{off}/disable"), None, 200).await;
    let gone = trigger(&desk, json!({ "all": [status("Resolved")] }), tag.clone()).await;
    desk.ok("DELETE", &format!("/api/v1/triggers/{gone}"), None, 204).await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    let late = trigger(&desk, json!({ "all": [status("Resolved")] }), tag).await;
    desk.ok("DELETE", &format!("/api/v1/triggers/{fired}"), None, 204).await;
    let change = newest(&desk, ticket).await;
    for (trigger, verdict, false_at, sentence) in [
        (&fired, "fired", None, "it fired"),
        (
            &filter,
            "condition_false",
            Some("all[1]"),
            "it did not fire: all[1] (urgency is `High`) is false, urgency being empty",
        ),
        (
            &any,
            "none_of_any",
            Some("any[0]"),
            "it did not fire: none of ANY held, first any[0] (status changed_to `Closed`) is false, status being `Resolved`",
        ),
        (
            &quiet,
            "no_firing_condition",
            Some("any[1]"),
            "it did not fire: nothing that it watches for happened, first any[1] (ticket created) is false",
        ),
        (&off, "disabled", None, "it was disabled"),
        (&gone, "deleted", None, "the trigger had been deleted before this change"),
        (&late, "not_made_yet", None, "the trigger was made after this change"),
    ] {
        let why = desk.get(&format!("/api/v1/changes/{change}/explain?trigger={trigger}")).await;
        assert_eq!((&why["verdict"], &why["sentence"]), (&json!(verdict), &json!(sentence)));
        assert_eq!(
            (why["first_false"]["path"].as_str(), &why["fired"]),
            (false_at, &json!(verdict == "fired"))
        );
    }
}

#[tokio::test]
async fn a_question_without_a_trigger_is_refused() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let change = newest(&desk, ticket).await;
    let uri = format!("/api/v1/changes/{change}/explain");
    assert_eq!(desk.refused("GET", &uri, KEY, None, 400).await.faults(), ["trigger"]);
    assert_eq!(desk.refused("GET", &format!("{uri}?trigger=x"), KEY, None, 400).await.faults(), ["trigger"]);
    desk.refused("GET", &format!("{uri}?trigger=trg_0000000000005"), KEY, None, 404).await;
    desk.refused("GET", "/api/v1/changes?ticket=0", KEY, None, 400).await;
}
