//! Tickets that are refused: the fault is named as the public API writes it, and nothing is stored.

use super::support::{BODY_MAX, Desk};
use serde_json::{Value, json};

fn with(name: &str, value: Value) -> String {
    let mut ticket = json!({ "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }] });
    ticket[name] = value;
    ticket.to_string()
}

fn long(length: usize) -> Value {
    "ç".repeat(length).into()
}

fn action(action: Value) -> Value {
    json!([action])
}

fn custom(value: Value) -> Value {
    json!([{ "customFieldId": 77, "customFieldRuleId": 900 }, value])
}

/// Each value must be refused, in a new ticket and in a change, with a fault at this place.
async fn refuse(cases: impl IntoIterator<Item = (&'static str, Value, &'static str)>) {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    for (name, value, field) in cases {
        let body = with(name, value);
        let place = body.chars().take(300).collect::<String>();
        let answer = desk.public_refused("POST", "/tickets", &body, 400).await;
        assert_eq!(answer.faults(), [field], "POST {place}: {}", answer.text);
        let answer = desk.public_refused("PATCH", &format!("/tickets?id={ticket}"), &body, 400).await;
        assert_eq!(answer.faults(), [field], "PATCH {place}: {}", answer.text);
        assert!(answer.json()["message"].as_str().unwrap().starts_with(field), "{}", answer.text);
    }
}

fn many(count: usize, item: Value) -> Value {
    Value::Array(vec![item; count])
}

#[tokio::test]
async fn each_fault_of_a_field_is_named() {
    refuse([
        ("type", json!(3), "type"),
        ("type", json!("public"), "type"),
        ("type", json!([2]), "type"),
        ("subject", long(351), "subject"),
        ("subject", json!({}), "subject"),
        ("subject", json!("a\u{0}b"), "subject"),
        ("status", json!("Nowhere"), "status"),
        ("status", json!(""), "status"),
        ("status", json!(true), "status"),
        ("urgency", json!("Extreme"), "urgency"),
        ("urgency", long(129), "urgency"),
        ("category", json!("Nothing"), "category"),
        ("ownerTeam", json!("Nobody"), "ownerTeam"),
        ("owner", json!({ "id": "nobody" }), "owner.id"),
        ("owner", json!({ "name": "ana" }), "owner.id"),
        ("owner", json!("ana"), "owner"),
        ("serviceFull", json!(["IT", "Link"]), "serviceFirstLevel"),
        ("serviceFull", json!("IT"), "serviceFull"),
        ("serviceFirstLevel", json!("Nothing"), "serviceFirstLevel"),
        ("clients", json!([{ "id": "carl" }, { "id": "nobody" }]), "clients[1].id"),
        ("clients", json!([{ "id": "carl" }, {}]), "clients[1].id"),
        ("clients", json!([null]), "clients[0]"),
        ("clients", many(101, json!({ "id": "carl" })), "clients"),
        ("clients", json!([]), "clients"),
        ("tags", json!(["ok", ["no"]]), "tags[1]"),
        ("tags", json!([long(129)]), "tags[0]"),
        ("tags", many(101, json!("x")), "tags"),
        ("slaSolutionTime", json!(-1), "slaSolutionTime"),
        ("slaSolutionTime", json!(1.5), "slaSolutionTime"),
        ("slaSolutionDate", json!("tomorrow"), "slaSolutionDate"),
    ])
    .await;
}

#[tokio::test]
async fn each_fault_of_an_action_or_a_custom_value_is_named() {
    refuse([
        ("actions", json!("text"), "actions"),
        ("actions", action(json!(5)), "actions[0]"),
        ("actions", action(json!({ "type": 7, "description": "x" })), "actions[0].type"),
        ("actions", action(json!({ "type": 2 })), "actions[0].description"),
        ("actions", action(json!({ "description": " \n" })), "actions[0].description"),
        ("actions", action(json!({ "description": "<p>&nbsp;</p>" })), "actions[0].description"),
        ("actions", action(json!({ "description": ["x"] })), "actions[0].description"),
        (
            "actions",
            action(json!({ "description": "x", "createdBy": { "id": "?" } })),
            "actions[0].createdBy.id",
        ),
        ("actions", action(json!({ "description": "x", "createdDate": 5 })), "actions[0].createdDate"),
        ("actions", action(json!({ "description": "x", "id": "one" })), "actions[0].id"),
        ("actions", action(json!({ "description": "x", "id": 77 })), "actions[0].id"),
        ("actions", many(101, json!({ "description": "x" })), "actions"),
        (
            "customFieldValues",
            custom(json!({ "customFieldId": 77 })),
            "customFieldValues[1].customFieldRuleId",
        ),
        (
            "customFieldValues",
            custom(json!({ "customFieldId": 1, "customFieldRuleId": 900 })),
            "customFieldValues[1].customFieldId",
        ),
        (
            "customFieldValues",
            custom(json!({ "customFieldId": 77, "customFieldRuleId": 1 })),
            "customFieldValues[1].customFieldRuleId",
        ),
        (
            "customFieldValues",
            custom(json!({ "customFieldId": 77, "customFieldRuleId": 900, "value": long(10_001) })),
            "customFieldValues[1].value",
        ),
        (
            "customFieldValues",
            custom(
                json!({ "customFieldId": 77, "customFieldRuleId": 900, "items": [{ "customFieldItem": long(257) }] }),
            ),
            "customFieldValues[1].items[0].customFieldItem",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_new_ticket_needs_who_and_for_whom() {
    let desk = Desk::open().await;
    let answer =
        desk.public_refused("POST", "/tickets", r#"{"subject":"x","clients":[{"id":"carl"}]}"#, 400).await;
    assert_eq!(answer.faults(), ["createdBy.id"]);
    assert!(answer.text.contains("Ref. code is required"), "{}", answer.text);
    let answer = desk.public_refused("POST", "/tickets", r#"{"createdBy":{"id":"1"}}"#, 400).await;
    assert_eq!(answer.faults(), ["clients"]);
    assert!(answer.text.contains("Customers is required"), "{}", answer.text);
    let body = r#"{"createdBy":{"id":"nobody"},"clients":[{"id":"carl"}]}"#;
    assert_eq!(desk.public_refused("POST", "/tickets", body, 400).await.faults(), ["createdBy.id"]);
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let desk = Desk::open().await;
    let body = json!({ "type": 9, "subject": long(400), "actions": [{ "type": 8, "description": "x" }] });
    let answer = desk.public_refused("POST", "/tickets", &body.to_string(), 400).await;
    assert_eq!(answer.faults(), ["type", "subject", "actions[0].type", "createdBy.id", "clients"]);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("; and 2 more"), "{message}");
}

#[tokio::test]
async fn a_ticket_that_is_none_is_not_found() {
    let desk = Desk::open().await;
    desk.ticket().await;
    for (query, status) in [
        ("?id=999999", 404),
        ("?protocol=none", 404),
        ("?id=", 400),
        ("?id=abc", 400),
        ("?id=-1", 400),
        ("?id=1.0", 400),
        ("?id=99999999999999999999", 400),
        ("", 400),
    ] {
        for (method, body) in [("GET", ""), ("PATCH", r#"{"subject":"x"}"#)] {
            desk.public_refused(method, &format!("/tickets{query}"), body, status).await;
        }
    }
}

#[tokio::test]
async fn a_list_needs_to_know_what_to_show() {
    let desk = Desk::open().await;
    for query in ["", "?$filter=id%20gt%201", "?$select=%20", "?$expand=owner"] {
        let answer = desk.public_refused("GET", &format!("/tickets{query}"), "", 400).await;
        assert!(answer.text.contains("a list needs `$select`"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    for body in ["[]", "5", "null", "\"x\"", "true"] {
        let answer = desk.public_refused("PATCH", &format!("/tickets?id={ticket}"), body, 400).await;
        assert_eq!(answer.faults(), [""], "{body}");
    }
    let nearly = format!("{{\"unknown\":\"{}\"}}", "x".repeat(BODY_MAX - 20));
    assert_eq!(desk.public("PATCH", &format!("/tickets?id={ticket}"), &nearly).await.status, 200);
}
