//! People of both APIs: making, reading, changing, listing, deleting, and who may give what.

use super::support::{AGENT, Answer, CLIENT, Desk, KEY, api_key, person};
use axum::body::Body;
use http::{Request, StatusCode};
use model::access_profile::{AccessProfile, Grant, UserType};
use model::ids::{AccessProfileId, DomainId};
use model::person::ProfileType;
use model::time::{Clock, Timestamp};
use serde_json::{Value, json};
use store::db::Write;

/// Somebody who may read and write people, and nothing else.
const CLERK: &str = "key-of-the-clerk";

/// Adds the clerk.
fn clerk(domain: DomainId) -> Write {
    let now: Timestamp = engine::SystemClock.now();
    let profile = AccessProfile {
        id: AccessProfileId(50),
        name: "clerks".into(),
        user_type: UserType::Agents,
        is_default: false,
        grants: vec![Grant::AllowReadingPeople, Grant::AllowWritingPeople],
    };
    Write::new()
        .step(store::access_profiles::insert(domain, &profile))
        .step(store::people::insert(domain, &person("clerk", ProfileType::Agent, profile.id), now))
        .step(store::keys::insert(&api_key(domain, 50, CLERK, "clerk")))
}

/// A request to the public API with somebody's key.
async fn with(desk: &Desk, key: &str, method: &str, uri: &str, body: &str) -> Answer {
    let joint = if uri.contains('?') { '&' } else { '?' };
    let request = Request::builder().method(method).uri(format!("/public/v1{uri}{joint}token={key}"));
    desk.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn rich() -> Value {
    json!({
        "Id": "zoe", "IsActive": true, "PersonType": 1, "ProfileType": "3", "AccessProfile": "agents",
        "BusinessName": "Zoe", "Teams": ["Desk"], "UserName": "zoe", "CpfCnpj": 12345678901_i64, "Role": "Lead",
        "BossId": "ana", "CultureId": "pt-BR", "TimeZoneId": "america/sao_paulo", "Observations": "one\ntwo",
        "CodeReferenceAdditional": "Z-1", "Classification": "A", "AtAssets": [], "Unknown": { "x": 1 },
        "Emails": [
            { "EmailType": "Pessoal", "Email": "b@x.example" },
            { "EmailType": "Profissional", "Email": "a@x.example", "IsDefault": true },
        ],
        "Contacts": [{ "ContactType": "Phone", "Contact": "+55 11" }],
        "Addresses": [{ "AddressType": "Comercial", "City": "Blumenau", "Number": 7, "IsDefault": "true" }],
        "Relationships": [{ "Id": "acme", "AllowAllServices": true, "Services": [{ "Id": 5, "Name": "Link" }] }],
        "CustomFieldValues": [{ "CustomFieldId": 77, "CustomFieldRuleId": 900, "Items": [{ "CustomFieldItem": "south" }] }],
    })
}

async fn company(desk: &Desk, id: &str) {
    let body = json!({ "id": id, "personType": 2, "profileType": 2, "businessName": format!("{id} Ltda.") });
    let answer = desk.public("POST", "/persons", &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn a_person_is_made_and_read_back() {
    let desk = Desk::open().await;
    company(&desk, "acme").await;
    let answer = desk.public("POST", "/persons", &rich().to_string()).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "{\"id\":\"zoe\"}"));
    let mut person = desk.public("GET", "/persons?id=zoe", "").await.json();
    for date in ["createdDate", "changedDate"] {
        assert!(person[date].as_str().unwrap().len() == 27, "{person}");
        person[date] = json!("a date");
    }
    insta::assert_json_snapshot!("a_person", person);
    let made = json!({ "personType": 2, "profileType": 2, "businessName": "Acme" });
    let answer = desk.public("POST", "/persons?returnAllProperties=true", &made.to_string()).await.json();
    assert_eq!((&answer["businessName"], &answer["accessProfile"]), (&json!("Acme"), &json!("customers")));
    assert!(!answer["id"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_patch_changes_what_is_sent_and_nothing_else() {
    let desk = Desk::open().await;
    company(&desk, "acme").await;
    desk.public("POST", "/persons", &rich().to_string()).await;
    let before = desk.public("GET", "/persons?id=zoe", "").await.json();
    let patch =
        json!({ "id": 5, "businessName": "Zoé", "role": null, "emails": [{ "email": "c@x.example" }] });
    let answer = desk.public("PATCH", "/persons?id=zoe", &patch.to_string()).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    let mut after = desk.public("GET", "/persons?id=zoe", "").await.json();
    assert_eq!((&after["businessName"], &after["role"]), (&json!("Zoé"), &Value::Null));
    assert_eq!(after["emails"], json!([{ "emailType": null, "email": "c@x.example", "isDefault": true }]));
    for member in ["businessName", "role", "emails", "changedDate"] {
        after[member] = before[member].clone();
    }
    assert_eq!(after, before);
    // What was read can be sent back whole.
    let answer = desk.public("PATCH", "/persons?id=zoe", &before.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    desk.public_refused("PATCH", "/persons?id=nobody", "{}", 404).await;
    let answer = desk.public_refused("PATCH", "/persons", "{}", 400).await;
    assert_eq!(answer.faults(), ["id"]);
    // A ticket copies the person as they are now.
    let body = json!({ "type": 2, "subject": "x", "createdBy": { "id": "1" }, "clients": [{ "id": "zoe" }] });
    let number = desk.public("POST", "/tickets", &body.to_string()).await.json()["id"].as_i64().unwrap();
    let ticket = desk.public("GET", &format!("/tickets?id={number}"), "").await.json();
    assert_eq!(ticket["clients"][0]["email"], "a@x.example");
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
        ("accessProfile", json!("agents"), "accessProfile"),
        ("teams", json!(["Nobody"]), "teams[0]"),
        ("teams", json!("Desk"), "teams"),
        ("emails", json!([{ "email": {} }]), "emails[0].email"),
        ("emails", json!([{ "email": "nobody" }]), "emails[0].email"),
        ("emails", json!(["a@x.example"]), "emails[0]"),
        ("timeZoneId", json!("Mars/Base"), "timeZoneId"),
        ("relationships", json!([{ "id": "ana" }]), "relationships[0].id"),
        ("bossId", json!("nobody"), "bossId"),
        ("password", json!("short"), "password"),
        ("cpfCnpj", json!("1".repeat(15)), "cpfCnpj"),
    ] {
        let answer = desk.public_refused("POST", "/persons", &with(name, value), 400).await;
        assert_eq!(answer.faults(), [field], "{name}: {}", answer.text);
    }
    let answer = desk.public_refused("POST", "/persons", "{}", 400).await;
    assert_eq!(answer.faults(), ["personType", "profileType", "businessName"]);
    let answer =
        desk.public_refused("POST", "/persons", &with("password", json!("hunter2-hunter2")), 400).await;
    assert!(answer.faults() == ["password"] && !answer.text.contains("hunter2"), "{}", answer.text);
    desk.public_refused("POST", "/persons", &with("id", json!("ana")), 409).await;
    desk.public_refused("GET", "/persons?id=nobody", "", 404).await;
    for query in ["$filter=id%20eq", "$orderby=nothing", "$top=x", "$skip=-1", "$skip=100001"] {
        desk.public_refused("GET", &format!("/persons?{query}"), "", 400).await;
    }
    let named = with("userName", json!("ana"));
    assert_eq!(desk.public("POST", "/persons", &named).await.status, StatusCode::OK);
    let again = named.replace("\"new\"", "\"newer\"").replace("\"ana\"", "\"ÁNA\"");
    assert_eq!(desk.public_refused("POST", "/persons", &again, 400).await.faults(), ["userName"]);
}

#[tokio::test]
async fn a_person_is_deleted_unless_something_needs_them() {
    let desk = Desk::open().await;
    company(&desk, "acme").await;
    desk.public("POST", "/persons", &rich().to_string()).await;
    let trigger = json!({
        "name": "of zoe",
        "conditions": { "all": [{ "field": "owner", "operator": "changed_to", "value": "zoe" }] },
        "actions": [{ "kind": "add_tag", "tag": "x" }],
    });
    let trigger = desk.ok("POST", "/api/v1/triggers", Some(&trigger), 201).await.json();
    let refused = async |id: &str, why: &str| {
        let answer = desk.public_refused("DELETE", &format!("/persons?id={id}"), "", 409).await;
        assert!(answer.text.contains(why), "{}", answer.text);
    };
    refused("acme", "linked").await;
    refused("ana", "API key").await;
    refused("zoe", "of zoe").await;
    refused("1", "nobody would be left").await;
    desk.ok("DELETE", &format!("/api/v1/triggers/{}", trigger["id"].as_str().unwrap()), None, 204).await;
    for id in ["zoe", "acme"] {
        let answer = desk.public("DELETE", &format!("/persons?id={id}"), "").await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""), "{id}");
        desk.public_refused("GET", &format!("/persons?id={id}"), "", 404).await;
        desk.public_refused("DELETE", &format!("/persons?id={id}"), "", 404).await;
    }
}

#[tokio::test]
async fn an_organization_with_links_stays_one() {
    let desk = Desk::open().await;
    company(&desk, "acme").await;
    desk.public("POST", "/persons", &rich().to_string()).await;
    let patch = r#"{"personType":1}"#;
    let answer = desk.public_refused("PATCH", "/persons?id=acme", patch, 400).await;
    assert_eq!(answer.faults(), ["personType"]);
    assert_eq!(
        desk.public("PATCH", "/persons?id=zoe", r#"{"relationships":[]}"#).await.status,
        StatusCode::OK
    );
    assert_eq!(desk.public("PATCH", "/persons?id=acme", patch).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let desk = Desk::open_with(clerk).await;
    let make = |id: &str, profile: &str| {
        json!({ "id": id, "personType": 1, "profileType": 1, "businessName": id, "accessProfile": profile })
            .to_string()
    };
    let forbidden = async |method: &str, uri: &str, body: &str| {
        let before = desk.everything().await;
        let answer = with(&desk, CLERK, method, uri, body).await;
        assert_eq!(answer.status, 403, "{method} {uri}: {}", answer.text);
        assert!(answer.text.contains("Allow managing access profiles"), "{}", answer.text);
        assert_eq!(before, desk.everything().await);
    };
    forbidden("POST", "/persons", &make("new", "administrators")).await;
    forbidden("POST", "/persons", &make("new", "agents")).await;
    assert_eq!(with(&desk, CLERK, "POST", "/persons", &make("new", "clerks")).await.status, 200);
    forbidden("PATCH", "/persons?id=new", r#"{"accessProfile":"administrators"}"#).await;
    forbidden("PATCH", "/persons?id=1", r#"{"emails":[{"email":"mine@x.example"}]}"#).await;
    forbidden("DELETE", "/persons?id=ana", "").await;
    let client = r#"{"businessName":"Carla"}"#;
    assert_eq!(with(&desk, CLERK, "PATCH", "/persons?id=carl", client).await.status, 200);
    let promoted = r#"{"accessProfile":"administrators"}"#;
    assert_eq!(desk.public("PATCH", "/persons?id=new", promoted).await.status, 200);
}

#[tokio::test]
async fn the_last_one_who_manages_profiles_stays() {
    let desk = Desk::open().await;
    for patch in [r#"{"isActive":false}"#, r#"{"accessProfile":"agents"}"#, r#"{"profileType":2}"#] {
        desk.public_refused("PATCH", "/persons?id=1", patch, 409).await;
    }
    let other = r#"{"accessProfile":"administrators"}"#;
    assert_eq!(desk.public("PATCH", "/persons?id=ana", other).await.status, 200);
    assert_eq!(desk.public("PATCH", "/persons?id=1", r#"{"isActive":false}"#).await.status, 200);
    // In force at once: the key of somebody who is not active opens nothing, the other's opens everything.
    assert_eq!(desk.public("GET", "/persons", "").await.status, 401);
    assert_eq!(with(&desk, AGENT, "PATCH", "/persons?id=1", r#"{"isActive":true}"#).await.status, 200);
    assert_eq!(desk.public("GET", "/persons", "").await.status, 200);
}

#[tokio::test]
async fn everybody_may_read_themselves() {
    let desk = Desk::open().await;
    assert_eq!(with(&desk, CLIENT, "GET", "/persons?id=carl", "").await.status, 200);
    assert_eq!(desk.call("GET", "/api/v1/people/carl", CLIENT, None).await.status, 200);
    for uri in ["/persons?id=ana", "/persons"] {
        assert_eq!(with(&desk, CLIENT, "GET", uri, "").await.status, 403, "{uri}");
    }
}

#[tokio::test]
async fn the_native_api_makes_reads_changes_and_deletes() {
    let desk = Desk::open().await;
    company(&desk, "acme").await;
    let body = json!({
        "id": "zé/1", "name": "Zé", "person_type": 1, "profile_type": 1, "teams": ["field"],
        "emails": [{ "email": "ze@x.example" }], "relationships": [{ "id": "acme" }], "user_name": "ze",
        "custom_field_values": [{ "custom_field_id": 77, "custom_field_rule_id": 900, "items": [{ "custom_field_item": "south" }] }],
        "addresses": [{ "city": "Blumenau" }], "contacts": [{ "contact": "+55" }],
    });
    let made = desk.ok("POST", "/api/v1/people", Some(&body), 201).await;
    let location = made.header("location").to_owned();
    assert_eq!(location, "/api/v1/people/z%C3%A9%2F1");
    let read = desk.get(&location).await;
    assert_eq!(read, made.json());
    assert_eq!((&read["access_profile"], &read["teams"]), (&json!("agents"), &json!(["Field"])));
    assert_eq!((&read["relationships"][0]["name"], &read["created_by"]), (&json!("acme Ltda."), &json!("1")));
    let patch = json!({ "name": "José", "user_name": null, "teams": [] });
    let changed = desk.ok("PATCH", &location, Some(&patch), 200).await.json();
    assert_eq!(
        (&changed["name"], &changed["user_name"], &changed["teams"]),
        (&json!("José"), &json!(""), &json!([]))
    );
    assert_eq!(changed["emails"], read["emails"]);
    desk.ok("DELETE", &location, None, 204).await;
    desk.refused("GET", &location, KEY, None, 404).await;
    let wrong = json!({ "name": "", "person_type": 2, "profile_type": 1, "is_active": "true", "x": 1,
        "emails": [{ "address": "a" }] });
    let answer = desk.refused("POST", "/api/v1/people", KEY, Some(&wrong), 400).await;
    assert_eq!(answer.faults(), ["is_active", "emails[0].email", "emails[0].address", "x"]);
    // Values are checked as those of tickets are.
    let value = json!([{ "custom_field_id": 77, "custom_field_rule_id": 900, "items": [{ "custom_field_item": "west" }] }]);
    let wrong = json!({ "name": "Zé", "person_type": 1, "profile_type": 1, "custom_field_values": value });
    let answer = desk.refused("POST", "/api/v1/people", KEY, Some(&wrong), 400).await;
    assert_eq!(answer.faults(), ["custom_field_values[0].items[0].custom_field_item"]);
    let wrong = json!({ "name": "", "person_type": 2, "profile_type": 1, "time_zone_id": "x",
        "custom_field_values": [{ "custom_field_id": 5, "custom_field_rule_id": 1 }] });
    let answer = desk.refused("POST", "/api/v1/people", KEY, Some(&wrong), 400).await;
    let places = ["profile_type", "name", "time_zone_id", "custom_field_values[0].custom_field_id"];
    assert_eq!(answer.faults(), places);
    assert_eq!(desk.refused("POST", "/api/v1/people", KEY, Some(&json!({})), 400).await.faults().len(), 3);
}

#[tokio::test]
async fn the_native_list_is_filtered_and_paged() {
    let desk = Desk::open().await;
    let names = async |query: &str| {
        let page = desk.get(&format!("/api/v1/people?{query}")).await;
        let names =
            page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), page["next_cursor"].as_str().map(str::to_owned))
    };
    let all = ["Administrator", "Person ana", "Person carl"];
    assert_eq!(names("").await, (all.map(String::from).to_vec(), None));
    let (first, cursor) = names("limit=2").await;
    assert_eq!(first, all[..2]);
    let (rest, end) = names(&format!("limit=2&cursor={}", cursor.unwrap())).await;
    assert_eq!((rest, end), (vec![all[2].to_owned()], None));
    assert_eq!(names("name=PERSON%20C").await.0, ["Person carl"]);
    assert_eq!(names("email=ANA@desk.example").await.0, ["Person ana"]);
    assert_eq!(names(&format!("profile={}", AccessProfile::AGENTS)).await.0, ["Person ana"]);
    assert_eq!(names("active=false").await.0, [""; 0]);
    assert_eq!(names("active=true&name=adm").await.0, ["Administrator"]);
    let answer = desk.refused("GET", "/api/v1/people?active=x&profile=1&cursor=AA", KEY, None, 400).await;
    assert_eq!(answer.faults(), ["profile", "active", "cursor"]);
}
