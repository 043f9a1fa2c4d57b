//! Endpoints: state, counts, secret, pause.

use super::support::Desk;
use serde_json::{Value, json};

async fn endpoint(desk: &Desk) -> Value {
    desk.get("/api/v1/endpoints").await["items"][0].clone()
}

#[tokio::test]
async fn an_endpoint_tells_its_state_and_counts() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook?secret=abc";
    desk.delivery(url, 500).await;
    let failing = endpoint(&desk).await;
    assert_eq!((&failing["url"], &failing["state"]), (&json!(url), &json!("failing")));
    assert_eq!(failing["counts"], json!({ "waiting": 0, "failed": 1 }));
    assert_eq!((&failing["last_delivered_at"], &failing["pause_reason"]), (&Value::Null, &json!("")));
    let uri = format!("/api/v1/endpoints/{}", failing["id"].as_str().unwrap());
    assert_eq!(desk.get(&uri).await, failing);
    desk.receivers.answer(url, 200);
    desk.ok("POST", "/api/v1/deliveries/resend", None, 200).await;
    let healthy =
        desk.until(&uri, |json| json["state"] == "healthy" && json["last_delivered_at"].is_string()).await;
    assert_eq!(healthy["counts"]["failed"], 0);
}

#[tokio::test]
async fn a_paused_endpoint_holds_its_deliveries() {
    let desk = Desk::open().await;
    desk.trigger("https://one.example/hook").await;
    let uri = format!("/api/v1/endpoints/{}", endpoint(&desk).await["id"].as_str().unwrap());
    let paused = desk.ok("POST", &format!("{uri}/pause"), None, 200).await.json();
    assert_eq!((&paused["state"], &paused["pause_reason"]), (&json!("paused"), &json!("paused by a person")));
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    assert_eq!(desk.get(&uri).await["counts"]["waiting"], 1);
    assert!(desk.receivers.seen().is_empty());
    let resumed = desk.ok("POST", &format!("{uri}/resume"), None, 200).await.json();
    assert_ne!(resumed["state"], "paused");
    desk.until("/api/v1/deliveries", |json| json["items"][0]["status"] == "delivered").await;
}

#[tokio::test]
async fn a_new_secret_is_shown_once() {
    let desk = Desk::open().await;
    desk.trigger("https://one.example/hook").await;
    let uri = format!("/api/v1/endpoints/{}", endpoint(&desk).await["id"].as_str().unwrap());
    let answer = desk.ok("POST", &format!("{uri}/secret"), None, 200).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let secret = answer.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let again = desk.ok("POST", &format!("{uri}/secret"), None, 200).await.json();
    assert_ne!(again["secret"], secret);
    let shown = desk.ok("GET", &uri, None, 200).await;
    assert!(
        !shown.text.contains("whsec_") && shown.json()["previous_secret_until"].is_string(),
        "{}",
        shown.text
    );
}

#[tokio::test]
async fn endpoints_are_listed_a_page_at_a_time() {
    let desk = Desk::open().await;
    for number in 0..3 {
        desk.trigger(&format!("https://one.example/{number}")).await;
    }
    let first = desk.get("/api/v1/endpoints?limit=2").await;
    let rest =
        desk.get(&format!("/api/v1/endpoints?cursor={}", first["next_cursor"].as_str().unwrap())).await;
    let urls: Vec<&str> = [&first, &rest]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|endpoint| endpoint["url"].as_str().unwrap())
        .collect();
    assert_eq!(urls, ["https://one.example/0", "https://one.example/1", "https://one.example/2"]);
}
