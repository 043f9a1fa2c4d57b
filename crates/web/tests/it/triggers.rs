//! Triggers: making, reading, changing, ordering, and every way to get one wrong.

use super::support::{Desk, KEY};
use serde_json::{Value, json};

fn body() -> Value {
    json!({
        "name": "Resolved → tell the ERP",
        "type": "ticket",
        "description": "for people",
        "enabled": true,
        "conditions": {
            "all": [{ "field": "status", "operator": "changed_to", "value": "resolved" }],
            "any": [
                { "field": "urgency", "operator": "in", "value": ["high", "Urgent"] },
                { "all": [{ "field": "custom_field:77", "operator": "is_set" }] },
            ],
        },
        "actions": [
            { "kind": "webhook", "url": "http://127.0.0.1:9/hook?secret=abc" },
            { "kind": "set_status", "status": "closed" },
            { "kind": "add_tag", "tag": "sent" },
        ],
    })
}

#[tokio::test]
async fn a_trigger_is_made_read_and_sent_back() {
    let desk = Desk::open().await;
    let answer = desk.ok("POST", "/api/v1/triggers", Some(&body()), 201).await;
    let mut made = answer.json();
    let location = answer.header("location").to_owned();
    assert_eq!(location, format!("/api/v1/triggers/{}", made["id"].as_str().unwrap()));
    assert_eq!(made["conditions"]["all"][0]["value"], "Resolved", "as the domain writes it");
    assert_eq!(made["actions"][0], json!({ "kind": "webhook", "url": "http://127.0.0.1:9/hook?secret=abc" }));
    assert_eq!(made["endpoints"].as_array().unwrap().len(), 1);
    let warnings = made.as_object_mut().unwrap().remove("warnings").unwrap();
    assert_eq!(warnings, json!([{ "field": "actions[0].url", "message": "127.0.0.1 is private" }]));
    assert_eq!(desk.get(&location).await, made);
    assert_eq!(desk.get("/api/v1/triggers").await, json!({ "items": [made.clone()], "next_cursor": null }));
    let patch = json!({ "conditions": made["conditions"], "actions": made["actions"], "name": "again" });
    let patched = desk.ok("PATCH", &location, Some(&patch), 200).await.json();
    assert_eq!((&patched["name"], &patched["revision"]), (&json!("again"), &json!(2)));
    assert_eq!((&patched["conditions"], &patched["endpoints"]), (&made["conditions"], &made["endpoints"]));
}

#[tokio::test]
async fn a_trigger_is_cloned_switched_and_deleted() {
    let desk = Desk::open().await;
    let made = desk.ok("POST", "/api/v1/triggers", Some(&body()), 201).await.json();
    let uri = format!("/api/v1/triggers/{}", made["id"].as_str().unwrap());
    let copy = desk.ok("POST", &format!("{uri}/clone"), None, 201).await.json();
    assert_eq!((&copy["enabled"], &copy["actions"]), (&json!(false), &made["actions"]));
    assert_ne!(copy["id"], made["id"]);
    assert_eq!(desk.ok("POST", &format!("{uri}/disable"), None, 200).await.json()["enabled"], false);
    assert_eq!(desk.ok("POST", &format!("{uri}/enable"), None, 200).await.json()["enabled"], true);
    desk.ok("DELETE", &uri, None, 204).await;
    for (method, uri) in [("GET", uri.clone()), ("DELETE", uri.clone()), ("POST", format!("{uri}/clone"))] {
        desk.refused(method, &uri, KEY, None, 404).await;
    }
    desk.refused("PATCH", &uri, KEY, Some(&json!({ "name": "x" })), 404).await;
    assert_eq!(desk.get("/api/v1/triggers").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn triggers_are_listed_in_their_order_a_page_at_a_time() {
    let desk = Desk::open().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(desk.trigger(&format!("https://one.example/{number}")).await);
    }
    ids.reverse();
    desk.ok("PUT", "/api/v1/triggers/order", Some(&json!({ "ids": ids })), 204).await;
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = desk.get(&format!("/api/v1/triggers?limit=2{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|trigger| trigger["id"].as_str().unwrap().to_owned()));
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((seen, pages), (ids.clone(), 3));
    for query in ["limit=0", "limit=101", "limit=x", "cursor=", "cursor=AAAA", "limit=1&limit=2"] {
        desk.refused("GET", &format!("/api/v1/triggers?{query}"), KEY, None, 400).await;
    }
    for (order, field) in [
        (json!({ "ids": [ids[0]] }), "ids"),
        (json!({ "ids": [ids[0], ids[0], ids[1], ids[2], ids[3], ids[4]] }), "ids"),
        (json!({ "ids": ["x"] }), "ids[0]"),
        (json!({ "ids": "x" }), "ids"),
        (json!({ "ids": [], "more": 1 }), "more"),
        (json!([]), ""),
    ] {
        let answer = desk.refused("PUT", "/api/v1/triggers/order", KEY, Some(&order), 400).await;
        assert_eq!(answer.faults()[0], field, "{order}");
    }
}

#[tokio::test]
async fn a_trigger_at_fault_is_refused_with_every_path() {
    let desk = Desk::open().await;
    let id = desk.trigger("https://one.example/").await;
    let condition = |field: Value, operator: Value, value: Value| json!({ "all": [{ "field": field, "operator": operator, "value": value }] });
    for (name, value, field) in [
        ("name", json!(""), "name"),
        ("name", json!(5), "name"),
        ("name", json!("x".repeat(129)), "name"),
        ("name", json!("a\u{7}"), "name"),
        ("type", json!("person"), "type"),
        ("enabled", json!("yes"), "enabled"),
        ("description", json!("x".repeat(2_001)), "description"),
        ("unknown", json!(1), "unknown"),
        ("conditions", json!([]), "conditions"),
        ("conditions", json!({}), "conditions"),
        ("conditions", json!({ "none": [] }), "conditions.none"),
        ("conditions", json!({ "all": [{ "field": "status" }] }), "conditions.all[0].operator"),
        ("conditions", condition(json!("mood"), json!("is"), json!("x")), "conditions.all[0].field"),
        ("conditions", condition(json!("status"), json!("likes"), json!("x")), "conditions.all[0].operator"),
        (
            "conditions",
            condition(json!("status"), json!("changed_to"), json!("x")),
            "conditions.all[0].value",
        ),
        ("conditions", condition(json!("status"), json!("is"), json!("New")), "conditions"),
        (
            "conditions",
            condition(json!("owner"), json!("changed_to"), json!("nobody")),
            "conditions.all[0].value",
        ),
        (
            "conditions",
            condition(json!("custom_field:1"), json!("changed"), Value::Null),
            "conditions.all[0].field",
        ),
        ("actions", json!([]), "actions"),
        ("actions", json!([{ "kind": "explode" }]), "actions[0].kind"),
        ("actions", json!([{ "kind": "webhook" }]), "actions[0].url"),
        (
            "actions",
            json!([{ "kind": "webhook", "url": "https://a.example", "method": "GET" }]),
            "actions[0].method",
        ),
        ("actions", json!([{ "kind": "set_status", "status": "Nowhere" }]), "actions[0].status"),
        ("actions", json!([{ "kind": "add_tag", "tag": "x".repeat(129) }]), "actions[0].tag"),
    ] {
        let mut trigger = body();
        trigger[name] = value.clone();
        let answer = desk.refused("POST", "/api/v1/triggers", KEY, Some(&trigger), 400).await;
        assert_eq!(answer.faults(), [field], "POST {name} {value}: {}", answer.text);
        let uri = format!("/api/v1/triggers/{id}");
        let answer = desk.refused("PATCH", &uri, KEY, Some(&json!({ name: value })), 400).await;
        assert_eq!(answer.faults(), [field], "PATCH {name} {value}: {}", answer.text);
    }
    for json in [json!([]), json!("x"), json!(5), Value::Null] {
        desk.refused("POST", "/api/v1/triggers", KEY, Some(&json), 400).await;
        desk.refused("PATCH", &format!("/api/v1/triggers/{id}"), KEY, Some(&json), 400).await;
    }
}

#[tokio::test]
async fn absurd_urls_are_refused() {
    let desk = Desk::open().await;
    let long = format!("https://a.example/{}", "x".repeat(64 * 1024));
    for url in [
        "",
        " ",
        "hook",
        "file:///etc/passwd",
        "ftp://a.example/",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://me:pw@a.example/",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://a b.example/",
        "https://a.example/\u{0}",
        "https://a.example/\r\nx: y",
        "https://a.example\\@b.example/",
        "https://[::1",
        "https://1.2.3.4.5/",
        &long,
    ] {
        let mut trigger = body();
        trigger["actions"] = json!([{ "kind": "webhook", "url": url }]);
        let answer = desk.refused("POST", "/api/v1/triggers", KEY, Some(&trigger), 400).await;
        assert_eq!(answer.faults(), ["actions[0].url"], "{url}");
        assert!(answer.text.len() < 2_000, "{url}");
    }
}

#[tokio::test]
async fn definitions_say_what_a_trigger_can_be_made_of() {
    let desk = Desk::open().await;
    insta::assert_json_snapshot!("definitions", desk.get("/api/v1/triggers/definitions").await);
}

#[tokio::test]
async fn every_definition_makes_a_trigger() {
    let desk = Desk::open().await;
    let definitions = desk.get("/api/v1/triggers/definitions").await;
    let arity = |operator: &str| {
        let all = definitions["operators"].as_array().unwrap();
        all.iter().find(|known| known["name"] == operator).unwrap()["arity"].as_str().unwrap().to_owned()
    };
    for field in definitions["fields"].as_array().unwrap() {
        for operator in field["operators"].as_array().unwrap() {
            let value = match &field["values"] {
                Value::Null if field["kind"] == "person" || field["kind"] == "people" => json!("ana"),
                Value::Null => json!("text"),
                values => values[0]["value"].clone(),
            };
            let mut condition = json!({ "field": field["name"], "operator": operator });
            match arity(operator.as_str().unwrap()).as_str() {
                "one" => condition["value"] = value,
                "many" => condition["value"] = json!([value]),
                _ => {}
            }
            let trigger = json!({
                "name": "x",
                "conditions": { "all": [condition, { "field": "ticket", "operator": "created" }] },
                "actions": [{ "kind": "add_tag", "tag": "x" }],
            });
            desk.ok("POST", "/api/v1/triggers", Some(&trigger), 201).await;
        }
    }
}
