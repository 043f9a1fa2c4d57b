//! Integrations: set up, refused, shown, put back, disabled and removed, with both domains in one server.

use super::support::{AGENT, Answer, Desk, KEY, STRANGER, URL};
use serde_json::{Value, json};

/// Everything that can cross, but for internal entries.
pub(crate) fn body(both_ways: bool) -> Value {
    json!({
        "name": "Supplier", "url": URL, "key": STRANGER, "both_ways": both_ways,
        "events": ["creation", "public_actions", "status", "attachments"],
        "mapping": { "client": { "values": { "1": "carl" } } },
    })
}

/// Links the first domain with the other one; answers the integration.
pub(crate) async fn linked(desk: &Desk, both_ways: bool) -> Value {
    desk.ok("POST", "/api/v1/integrations", Some(&body(both_ways)), 201).await.json()
}

/// What the other domain's administrator is answered.
pub(crate) async fn theirs(desk: &Desk, method: &str, uri: &str, body: Option<&Value>) -> Answer {
    let answer = desk.call(method, uri, STRANGER, body).await;
    assert!(answer.status.is_success(), "{method} {uri}: {}", answer.text);
    answer
}

/// The one trigger of a domain.
async fn trigger(desk: &Desk, key: &str) -> Value {
    let list = desk.call("GET", "/api/v1/triggers", key, None).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list:#}");
    list["items"][0].clone()
}

/// The one integration of the other domain.
pub(crate) async fn their_half(desk: &Desk) -> Value {
    theirs(desk, "GET", "/api/v1/integrations", None).await.json()["items"][0].clone()
}

#[tokio::test]
async fn saving_makes_an_enabled_trigger_over_there_and_the_like_here_when_both_tell() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let there = their_half(&desk).await;
    assert_eq!([&here["made_here"], &there["made_here"]], [&json!(true), &json!(false)]);
    assert!(
        !desk.get("/api/v1/integrations").await.to_string().contains(STRANGER),
        "the key is shown to nobody"
    );
    for (key, half, other) in [(KEY, &here, &there), (STRANGER, &there, &here)] {
        let trigger = trigger(&desk, key).await;
        assert_eq!((&trigger["managed_by"], &trigger["enabled"]), (&half["id"], &json!(true)));
        assert_eq!(trigger["id"], half["trigger"]);
        let url = trigger["actions"][0]["url"].as_str().unwrap();
        let receiver = format!("{URL}/integrations/{}/receive?secret=", other["id"].as_str().unwrap());
        assert!(url.starts_with(&receiver) && url.len() > receiver.len() + 40, "{url}");
    }
}

#[tokio::test]
async fn one_way_only_the_other_side_tells() {
    let desk = Desk::open().await;
    let here = linked(&desk, false).await;
    assert_eq!(here["trigger"], Value::Null);
    assert_eq!(desk.get("/api/v1/triggers").await["items"], json!([]));
    assert_eq!(trigger(&desk, STRANGER).await["managed_by"], their_half(&desk).await["id"]);
}

#[tokio::test]
async fn what_the_other_side_refuses_is_told_by_its_member_and_nothing_is_half_made() {
    let desk = Desk::open().await;
    desk.receivers.answer("https://old.example/api/v1/integrations/halves", 404);
    let down = "https://down.example";
    desk.receivers.connect(down, None);
    let cases = [
        (json!({ "key": "wrong" }), "key", "does not know this key"),
        (json!({ "key": AGENT }), "key", "Allow creating triggers"),
        (json!({ "key": KEY }), "key", "belongs to the domain that asks"),
        (json!({ "url": "https://old.example" }), "url", "too old"),
        (json!({ "url": "https://elsewhere.example" }), "url", "too old"),
        (json!({ "url": down }), "url", "the connection was refused"),
        (json!({ "url": "ftp://x" }), "url", "must begin with https"),
        (json!({ "events": [] }), "events", "choose what crosses"),
        (json!({ "events": ["x"] }), "events[0]", "must be one of creation"),
        (json!({ "author": "carl" }), "author", "no active agent"),
        (
            json!({ "mapping": { "status": { "default": "Nowhere" } } }),
            "mapping.status.default",
            "no status `Nowhere`",
        ),
        (json!({ "mapping": { "x": {} } }), "mapping", "unknown field"),
    ];
    for (change, field, words) in cases {
        let mut body = body(true);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = desk.refused("POST", "/api/v1/integrations", KEY, Some(&body), 400).await;
        assert_eq!(answer.faults(), [field], "{}", answer.text);
        assert!(answer.text.contains(words), "{words}: {}", answer.text);
    }
    let check = |url: &str, key: &str| json!({ "url": url, "key": key });
    desk.ok("POST", "/api/v1/integrations/check", Some(&check(URL, STRANGER)), 204).await;
    desk.refused("POST", "/api/v1/integrations/check", KEY, Some(&check(URL, AGENT)), 400).await;
}

#[tokio::test]
async fn a_change_by_hand_is_shown_as_drift_and_put_back() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let uri = format!("/api/v1/integrations/{}", here["id"].as_str().unwrap());
    let detail = desk.get(&uri).await;
    assert_eq!((&detail["drift"], &detail["other_side"]["drift"]), (&json!([]), &json!([])));
    let (ours, there) = (trigger(&desk, KEY).await, trigger(&desk, STRANGER).await);
    let of = |trigger: &Value| format!("/api/v1/triggers/{}", trigger["id"].as_str().unwrap());
    theirs(&desk, "POST", &format!("{}/disable", of(&there)), None).await;
    desk.ok("DELETE", &of(&ours), None, 204).await;
    let detail = desk.get(&uri).await;
    assert_eq!(detail["drift"], json!(["the trigger was deleted"]));
    assert_eq!(detail["other_side"]["drift"], json!(["the trigger was disabled"]));
    let check = json!({ "integration": here["id"] });
    desk.ok("POST", "/api/v1/integrations/check", Some(&check), 204).await;
    desk.ok("POST", &format!("{uri}/restore"), None, 200).await;
    let detail = desk.get(&uri).await;
    assert_eq!((&detail["drift"], &detail["other_side"]["drift"]), (&json!([]), &json!([])));
    assert_eq!(
        (&trigger(&desk, STRANGER).await["id"], &trigger(&desk, KEY).await["managed_by"]),
        (&there["id"], &here["id"])
    );
}

#[tokio::test]
async fn a_trigger_that_was_deleted_over_there_is_made_again() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let uri = format!("/api/v1/integrations/{}", here["id"].as_str().unwrap());
    let gone = trigger(&desk, STRANGER).await["id"].as_str().unwrap().to_owned();
    theirs(&desk, "DELETE", &format!("/api/v1/triggers/{gone}"), None).await;
    assert_eq!(desk.get(&uri).await["other_side"]["drift"], json!(["the trigger was deleted"]));
    desk.ok("POST", &format!("{uri}/restore"), None, 200).await;
    let made = trigger(&desk, STRANGER).await;
    assert_eq!(made["managed_by"], their_half(&desk).await["id"]);
    assert_eq!(desk.get(&uri).await["other_side"]["drift"], json!([]));
}

#[tokio::test]
async fn disabling_stops_both_sides_and_removing_leaves_nothing() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let uri = format!("/api/v1/integrations/{}", here["id"].as_str().unwrap());
    let off = desk.ok("PATCH", &uri, Some(&json!({ "enabled": false })), 200).await.json();
    assert_eq!((&off["enabled"], &their_half(&desk).await["enabled"]), (&json!(false), &json!(false)));
    for key in [KEY, STRANGER] {
        assert_eq!(trigger(&desk, key).await["enabled"], false);
    }
    assert_eq!(desk.get(&uri).await["other_side"]["enabled"], false);
    desk.ok("PATCH", &uri, Some(&json!({ "enabled": true, "both_ways": false })), 200).await;
    assert_eq!(desk.get("/api/v1/triggers").await["items"], json!([]));
    let check = json!({ "integration": their_half(&desk).await["id"] });
    theirs(&desk, "POST", "/api/v1/integrations/check", Some(&check)).await;
    desk.refused("POST", "/api/v1/integrations/check", KEY, Some(&check), 404).await;
    // The other side cannot make this one tell more, and may remove it.
    let there = their_half(&desk).await["id"].as_str().unwrap().to_owned();
    let more = json!({ "both_ways": true, "events": ["status", "internal_actions"] });
    theirs(&desk, "PATCH", &format!("/api/v1/integrations/{there}"), Some(&more)).await;
    let detail = desk.get(&uri).await;
    assert_eq!((&detail["both_ways"], &detail["events"]), (&json!(false), &json!(["status"])));
    theirs(&desk, "DELETE", &format!("/api/v1/integrations/{there}"), None).await;
    for (key, list) in
        [(KEY, "integrations"), (STRANGER, "integrations"), (KEY, "triggers"), (STRANGER, "triggers")]
    {
        let list = desk.call("GET", &format!("/api/v1/{list}"), key, None).await.json();
        assert_eq!(list["items"], json!([]));
    }
}

#[tokio::test]
async fn a_half_opens_to_its_secret_alone() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let id = here["id"].as_str().unwrap();
    let ask = json!({ "ask": "news", "number": 1, "since": 0 });
    for key in [KEY, STRANGER, "", "wrong"] {
        desk.refused("POST", &format!("/integrations/{id}/ask"), key, Some(&ask), 401).await;
        let uri = format!("/integrations/{id}/receive?secret={key}");
        desk.refused("POST", &uri, key, Some(&json!({ "Id": 1 })), 401).await;
    }
    let gone = "/integrations/int_0000000000001/ask";
    desk.refused("POST", gone, KEY, Some(&ask), 404).await;
}
