//! API keys over HTTP: shown once, listed without the key, rotated, ended; and the limit a minute on both APIs.

use super::support::{Desk, KEY};
use serde_json::{Value, json};

#[tokio::test]
async fn a_key_is_shown_once_and_works_until_it_is_deleted() {
    let desk = Desk::open().await;
    let body = json!({ "name": "depot", "person": "ana", "access_profile": null, "expires_at": "2999-01-01T00:00:00Z" });
    let made = desk.ok("POST", "/api/v1/keys", Some(&body), 201).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.json();
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    assert!(key.starts_with("gat_"));
    assert_eq!(
        (&made["person"], &made["last_used_at"], &made["has_expired"]),
        (&json!("ana"), &Value::Null, &json!(false))
    );
    assert_eq!(desk.call("GET", "/api/v1/session", key, None).await.json()["person"]["id"], "ana");
    let shown = desk.get(&format!("/api/v1/keys/{id}")).await;
    assert!(shown["last_used_at"].is_string(), "{shown}");
    assert_eq!(shown["key"], Value::Null);
    let renamed =
        desk.ok("PATCH", &format!("/api/v1/keys/{id}"), Some(&json!({ "name": "yard" })), 200).await;
    assert_eq!(renamed.json()["name"], "yard");
    let list = desk.ok("GET", "/api/v1/keys", None, 200).await;
    assert!(!list.text.contains(key) && list.text.contains("yard"), "{}", list.text);
    assert_eq!(list.json()["items"].as_array().unwrap().len(), 4);
    desk.ok("DELETE", &format!("/api/v1/keys/{id}"), None, 204).await;
    assert_eq!(desk.call("GET", "/api/v1/session", key, None).await.status, 401);
}

#[tokio::test]
async fn a_rotation_ends_the_old_key_after_the_overlap_or_at_once() {
    let desk = Desk::open().await;
    let made = desk.ok("POST", "/api/v1/keys", Some(&json!({ "name": "depot" })), 201).await.json();
    let text = |json: &Value, name: &str| json[name].as_str().unwrap().to_owned();
    let uri = format!("/api/v1/keys/{}/rotate", text(&made, "id"));
    let second = desk.ok("POST", &uri, Some(&json!({ "overlap": "24h" })), 201).await.json();
    assert_eq!(second["rotated_from"], made["id"]);
    let works =
        async |key: &Value| desk.call("GET", "/api/v1/session", &text(key, "key"), None).await.status == 200;
    assert!(works(&made).await && works(&second).await);
    let uri = format!("/api/v1/keys/{}/rotate", text(&second, "id"));
    let third = desk.ok("POST", &uri, Some(&json!({ "overlap": "0s" })), 201).await.json();
    assert!(!works(&second).await && works(&third).await);
    desk.refused("POST", &uri, KEY, None, 409).await;
    let uri = format!("/api/v1/keys/{}/rotate", text(&third, "id"));
    for overlap in [json!("31d"), json!(5), json!("soon"), Value::Null] {
        let answer = desk.refused("POST", &uri, KEY, Some(&json!({ "overlap": overlap })), 400).await;
        assert_eq!(answer.faults(), ["overlap"]);
    }
}

#[tokio::test]
async fn keys_at_fault_are_refused() {
    let desk = Desk::open().await;
    for (body, fields) in [
        (json!({}), vec!["name"]),
        (json!({ "name": "" }), vec!["name"]),
        (
            json!({ "name": "x", "person": "nobody", "access_profile": "kings" }),
            vec!["access_profile", "person"],
        ),
        (json!({ "name": "x", "expires_at": "tomorrow", "y": 1 }), vec!["expires_at", "y"]),
        (json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" }), vec!["expires_at"]),
    ] {
        let answer = desk.refused("POST", "/api/v1/keys", KEY, Some(&body), 400).await;
        assert_eq!(answer.faults(), fields, "{body}");
    }
}

#[tokio::test]
async fn both_apis_answer_429_past_the_limit() {
    let desk = Desk::still(2).await;
    assert_eq!(desk.call("GET", "/api/v1/session", KEY, None).await.status, 200);
    assert_eq!(desk.public("GET", "/persons?id=1", "").await.status, 200);
    let native = desk.call("GET", "/api/v1/session", KEY, None).await;
    let public = desk.public("GET", "/persons?id=1", "").await;
    for answer in [native, public] {
        assert_eq!(answer.status, 429, "{}", answer.text);
        assert_eq!(answer.header("retry-after"), "60");
        assert!(answer.text.contains("more than 2 requests in a minute"), "{}", answer.text);
    }
}
