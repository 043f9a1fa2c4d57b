//! Teams: making, renaming, taking out of use, deleting them.

use super::support::{Desk, KEY};
use serde_json::{Value, json};

async fn team(desk: &Desk, name: &str) -> String {
    let page = desk.get("/api/v1/teams").await;
    let teams = page["items"].as_array().unwrap();
    let team = teams.iter().find(|team| team["name"] == name).unwrap();
    format!("/api/v1/teams/{}", team["id"].as_str().unwrap())
}

async fn teams_of(desk: &Desk, person: &str) -> Value {
    desk.public("GET", &format!("/persons?id={person}"), "").await.json()["teams"].clone()
}

#[tokio::test]
async fn a_team_that_is_renamed_keeps_its_people_and_triggers_follow() {
    let desk = Desk::open().await;
    desk.public("PATCH", "/persons?id=ana", r#"{"teams":["Desk"]}"#).await;
    let trigger = json!({
        "name": "to the desk",
        "conditions": { "all": [{ "field": "team", "operator": "changed_to", "value": "Desk" }] },
        "actions": [{ "kind": "add_tag", "tag": "x" }],
    });
    let trigger = desk.ok("POST", "/api/v1/triggers", Some(&trigger), 201).await.json();
    let uri = team(&desk, "Desk").await;
    let renamed = desk.ok("PATCH", &uri, Some(&json!({ "name": "Front desk" })), 200).await.json();
    assert_eq!(renamed["former_names"], json!(["Desk"]));
    assert_eq!(desk.get(&uri).await, renamed);
    assert_eq!(teams_of(&desk, "ana").await, json!(["Front desk"]));
    let trigger = desk.get(&format!("/api/v1/triggers/{}", trigger["id"].as_str().unwrap())).await;
    assert_eq!(trigger["conditions"]["all"][0]["value"], "Front desk");
    assert_eq!(trigger["revision"], 2);
    let ticket = desk.ticket().await;
    let patch = json!({ "ownerTeam": "front desk", "owner": { "id": "ana" } }).to_string();
    assert_eq!(desk.public("PATCH", &format!("/tickets?id={ticket}"), &patch).await.status, 200);
    let ticket = desk.public("GET", &format!("/tickets?id={ticket}"), "").await.json();
    assert_eq!((&ticket["ownerTeam"], &ticket["tags"]), (&json!("Front desk"), &json!(["x"])));
    desk.refused("DELETE", &uri, KEY, None, 409).await;
}

#[tokio::test]
async fn a_team_out_of_use_is_named_in_nothing_new() {
    let desk = Desk::open().await;
    desk.public("PATCH", "/persons?id=ana", r#"{"teams":["Desk"]}"#).await;
    let uri = team(&desk, "Desk").await;
    desk.ok("PATCH", &uri, Some(&json!({ "is_active": false })), 200).await;
    assert_eq!(teams_of(&desk, "ana").await, json!(["Desk"]));
    desk.public_refused("PATCH", "/persons?id=carl", r#"{"teams":["Desk"]}"#, 400).await;
    let ticket = desk.ticket().await;
    let patch = r#"{"ownerTeam":"Desk"}"#;
    desk.public_refused("PATCH", &format!("/tickets?id={ticket}"), patch, 400).await;
    desk.ok("PATCH", &uri, Some(&json!({ "is_active": true })), 200).await;
    assert_eq!(desk.public("PATCH", &format!("/tickets?id={ticket}"), patch).await.status, 200);
}

#[tokio::test]
async fn a_team_is_made_and_deleted_when_nobody_needs_it() {
    let desk = Desk::open().await;
    let made = desk.ok("POST", "/api/v1/teams", Some(&json!({ "name": "Nível 3" })), 201).await;
    let uri = made.header("location").to_owned();
    assert_eq!(desk.get(&uri).await, made.json());
    desk.public("PATCH", "/persons?id=ana", r#"{"teams":["nivel 3","Field"]}"#).await;
    assert_eq!(teams_of(&desk, "ana").await, json!(["Nível 3", "Field"]));
    desk.refused("DELETE", &uri, KEY, None, 409).await;
    desk.public("PATCH", "/persons?id=ana", r#"{"teams":[]}"#).await;
    desk.ok("DELETE", &uri, None, 204).await;
    desk.refused("GET", &uri, KEY, None, 404).await;
    let trigger = json!({
        "name": "to the field",
        "conditions": { "all": [{ "field": "team", "operator": "changed_to", "value": "Field" }] },
        "actions": [{ "kind": "add_tag", "tag": "x" }],
    });
    desk.ok("POST", "/api/v1/triggers", Some(&trigger), 201).await;
    let answer = desk.refused("DELETE", &team(&desk, "Field").await, KEY, None, 409).await;
    assert!(answer.text.contains("to the field"), "{}", answer.text);
}

#[tokio::test]
async fn a_team_at_fault_is_refused() {
    let desk = Desk::open().await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": 5 }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "DESK" }), "name"),
        (json!({ "name": "x".repeat(129) }), "name"),
        (json!({ "name": "x", "is_active": null }), "is_active"),
        (json!({ "name": "x", "members": [] }), "members"),
    ] {
        let answer = desk.refused("POST", "/api/v1/teams", KEY, Some(&body), 400).await;
        assert_eq!(answer.faults(), [field], "{body}");
    }
    let uri = team(&desk, "Field").await;
    assert_eq!(
        desk.refused("PATCH", &uri, KEY, Some(&json!({ "name": "desk" })), 400).await.faults(),
        ["name"]
    );
    desk.ok("PATCH", &uri, Some(&json!({ "name": "FIELD" })), 200).await;
}
