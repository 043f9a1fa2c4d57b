//! People of the public API: making, reading, listing.

use super::support::Desk;
use http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_person_is_made_and_read_back() {
    let desk = Desk::open().await;
    let body = json!({
        "Id": "zoe", "IsActive": true, "PersonType": 1, "ProfileType": "3", "AccessProfile": "agents",
        "BusinessName": "Zoe", "Teams": ["Desk"],
        "Emails": [{ "Email": "b@x.example" }, { "Email": "a@x.example", "IsDefault": true }],
        "Contacts": [{ "ContactType": "Phone", "Contact": "+55 11" }],
    });
    let answer = desk.public("POST", "/persons", &body.to_string()).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "{\"id\":\"zoe\"}"));
    let person = desk.public("GET", "/persons?id=zoe", "").await.json();
    insta::assert_json_snapshot!("a_person", person);
    let made = json!({ "personType": 2, "profileType": 2, "businessName": "Acme" });
    let answer = desk.public("POST", "/persons?returnAllProperties=true", &made.to_string()).await.json();
    assert_eq!((&answer["businessName"], &answer["accessProfile"]), (&json!("Acme"), &json!("customers")));
    assert!(!answer["id"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn people_are_listed_a_page_at_a_time() {
    let desk = Desk::open().await;
    let ids = async |query: &str| {
        let list = desk.public("GET", &format!("/persons{query}"), "").await;
        let list: Value = serde_json::from_str(&list.text).unwrap();
        let ids = list.as_array().unwrap().iter().map(|person| person["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, ["1", "ana", "carl"]);
    assert_eq!(ids("?$top=1").await, ["1"]);
    assert_eq!(ids("?%24skip=1&%24top=5000").await, ["ana", "carl"]);
    assert_eq!(ids("?$skip=9").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_person_at_fault_is_refused() {
    let desk = Desk::open().await;
    let with = |name: &str, value: Value| {
        let mut person = json!({ "id": "new", "personType": 1, "profileType": 2, "businessName": "New" });
        person[name] = value;
        person.to_string()
    };
    for (name, value, field) in [
        ("id", json!("x".repeat(65)), "id"),
        ("id", json!("a b"), "id"),
        ("personType", json!(3), "personType"),
        ("personType", Value::Null, "personType"),
        ("profileType", json!("agent"), "profileType"),
        ("businessName", json!("x".repeat(129)), "businessName"),
        ("businessName", json!(" "), "businessName"),
        ("businessName", Value::Null, "businessName"),
        ("isActive", json!("perhaps"), "isActive"),
        ("accessProfile", json!("kings"), "accessProfile"),
        ("teams", json!(["Nobody"]), "teams[0]"),
        ("teams", json!("Desk"), "teams"),
        ("emails", json!([{ "email": {} }]), "emails[0].email"),
        ("emails", json!(["a@x.example"]), "emails[0]"),
    ] {
        let answer = desk.public_refused("POST", "/persons", &with(name, value), 400).await;
        assert_eq!(answer.faults(), [field], "{name}: {}", answer.text);
    }
    let answer = desk.public_refused("POST", "/persons", "{}", 400).await;
    assert_eq!(answer.faults(), ["personType", "profileType", "businessName"]);
    desk.public_refused("POST", "/persons", &with("id", json!("ana")), 409).await;
    desk.public_refused("GET", "/persons?id=nobody", "", 404).await;
    for query in ["$filter=id%20eq", "$orderby=nothing", "$top=x", "$skip=-1", "$skip=100001"] {
        desk.public_refused("GET", &format!("/persons?{query}"), "", 400).await;
    }
}
