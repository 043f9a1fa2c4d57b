//! Access profiles: making, changing, deleting them, and that a change is in force at once.

use super::support::{AGENT, Desk, KEY};
use model::access_profile::{AccessProfile, Grant};
use serde_json::{Value, json};

async fn make(desk: &Desk, body: &Value) -> Value {
    desk.ok("POST", "/api/v1/access-profiles", Some(body), 201).await.json()
}

fn uri(profile: &Value) -> String {
    format!("/api/v1/access-profiles/{}", profile["id"].as_str().unwrap())
}

async fn defaults(desk: &Desk) -> Vec<String> {
    let page = desk.get("/api/v1/access-profiles").await;
    let defaults = page["items"].as_array().unwrap().iter().filter(|profile| profile["is_default"] == true);
    defaults.map(|profile| profile["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_profile_is_made_read_renamed_and_deleted() {
    let desk = Desk::open().await;
    let body = json!({ "name": "Supervisão", "user_type": "agents", "grants": ["allow_writing_people", "allow_managing_sla"] });
    let made = make(&desk, &body).await;
    assert_eq!(desk.get(&uri(&made)).await, made);
    assert_eq!(made["grants"], json!(["allow_managing_sla", "allow_writing_people"]), "the page's order");
    desk.public("PATCH", "/persons?id=ana", r#"{"accessProfile":"supervisao"}"#).await;
    desk.refused("DELETE", &uri(&made), KEY, None, 409).await;
    desk.ok("PATCH", &uri(&made), Some(&json!({ "name": "Leads" })), 200).await;
    let ana = desk.public("GET", "/persons?id=ana", "").await.json();
    assert_eq!(ana["accessProfile"], "Leads", "people keep a profile that is renamed");
    desk.public("PATCH", "/persons?id=ana", r#"{"accessProfile":""}"#).await;
    assert_eq!(desk.public("GET", "/persons?id=ana", "").await.json()["accessProfile"], "agents");
    desk.ok("DELETE", &uri(&made), None, 204).await;
    desk.refused("GET", &uri(&made), KEY, None, 404).await;
}

#[tokio::test]
async fn a_change_of_a_profile_is_in_force_for_the_next_request() {
    let desk = Desk::open().await;
    let asks = async || desk.call("GET", "/api/v1/people", AGENT, None).await.status.as_u16();
    assert_eq!(asks().await, 200);
    let agents = format!("/api/v1/access-profiles/{}", AccessProfile::AGENTS);
    desk.ok("PATCH", &agents, Some(&json!({ "grants": ["allow_writing_tickets"] })), 200).await;
    assert_eq!(asks().await, 403);
    desk.ok("PATCH", &agents, Some(&json!({ "grants": ["allow_reading_people"] })), 200).await;
    assert_eq!(asks().await, 200);
}

#[tokio::test]
async fn one_profile_of_each_type_is_the_default() {
    let desk = Desk::open().await;
    assert_eq!(defaults(&desk).await, ["agents", "customers"]);
    let made = make(&desk, &json!({ "name": "new", "user_type": "agents", "is_default": true })).await;
    assert_eq!(defaults(&desk).await, ["customers", "new"]);
    let answer = desk.refused("PATCH", &uri(&made), KEY, Some(&json!({ "is_default": false })), 400).await;
    assert_eq!(answer.faults(), ["is_default"]);
    desk.refused("DELETE", &uri(&made), KEY, None, 409).await;
    let person = json!({ "personType": 1, "profileType": 1, "businessName": "x" }).to_string();
    let person = desk.public("POST", "/persons?returnAllProperties=true", &person).await.json();
    assert_eq!(person["accessProfile"], "new");
    let agents = format!("/api/v1/access-profiles/{}", AccessProfile::AGENTS);
    desk.ok("PATCH", &agents, Some(&json!({ "is_default": true })), 200).await;
    assert_eq!(defaults(&desk).await, ["agents", "customers"]);
}

#[tokio::test]
async fn somebody_can_always_manage_profiles() {
    let desk = Desk::open().await;
    let administrators = format!("/api/v1/access-profiles/{}", AccessProfile::ADMINISTRATORS);
    desk.refused("PATCH", &administrators, KEY, Some(&json!({ "grants": [] })), 409).await;
    let managers =
        json!({ "name": "managers", "user_type": "agents", "grants": ["allow_managing_access_profiles"] });
    make(&desk, &managers).await;
    desk.refused("PATCH", &administrators, KEY, Some(&json!({ "grants": [] })), 409).await;
    desk.public("PATCH", "/persons?id=ana", r#"{"accessProfile":"managers"}"#).await;
    desk.ok("PATCH", &administrators, Some(&json!({ "grants": [] })), 200).await;
    desk.refused("PATCH", &administrators, KEY, Some(&json!({ "name": "x" })), 403).await;
}

#[tokio::test]
async fn a_profile_at_fault_is_refused() {
    let desk = Desk::open().await;
    for (body, fields) in [
        (json!({}), vec!["name", "user_type"]),
        (json!({ "name": " ", "user_type": "kings", "x": 1 }), vec!["user_type", "x"]),
        (json!({ "name": " ", "user_type": "agents" }), vec!["name"]),
        (json!({ "name": "AGENTS", "user_type": "agents" }), vec!["name"]),
        (
            json!({ "name": "x", "user_type": "agents", "grants": ["allow_everything", 5] }),
            vec!["grants[1]", "grants[0]"],
        ),
        (
            json!({ "name": "x", "user_type": "customers", "grants": ["allow_writing_people"] }),
            vec!["grants[0]"],
        ),
        (json!({ "name": "x", "user_type": "agents", "is_default": "true" }), vec!["is_default"]),
    ] {
        let answer = desk.refused("POST", "/api/v1/access-profiles", KEY, Some(&body), 400).await;
        assert_eq!(answer.faults(), fields, "{body}");
    }
    let agents = format!("/api/v1/access-profiles/{}", AccessProfile::AGENTS);
    let answer = desk.refused("PATCH", &agents, KEY, Some(&json!({ "user_type": "customers" })), 400).await;
    assert_eq!(answer.faults(), ["user_type"]);
    desk.ok("PATCH", &agents, Some(&json!({ "user_type": "agents", "name": "Agents" })), 200).await;
}

#[tokio::test]
async fn parameters_are_listed_for_machines() {
    let desk = Desk::open().await;
    let listed = desk.get("/api/v1/access-profiles/parameters").await;
    let parameters = listed["parameters"].as_array().unwrap();
    assert_eq!(parameters.len(), Grant::ALL.len());
    let first = json!({ "word": "allow_creating_triggers", "name": "Allow creating triggers", "group": "settings",
        "user_types": ["agents"] });
    assert_eq!(parameters[0], first);
    let words: Vec<_> = parameters.iter().map(|parameter| parameter["word"].clone()).collect();
    make(&desk, &json!({ "name": "all", "user_type": "agents", "grants": words })).await;
    let page = desk.get("/api/v1/access-profiles?limit=3").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = desk.get(&format!("/api/v1/access-profiles?limit=3&cursor={cursor}")).await;
    assert_eq!((rest["items"][0]["name"].as_str(), &rest["next_cursor"]), (Some("customers"), &Value::Null));
}
