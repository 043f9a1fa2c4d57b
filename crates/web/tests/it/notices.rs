//! Notices: one for each outage, secrets hidden, read by one person.

use super::support::Desk;
use serde_json::json;

#[tokio::test]
async fn an_outage_is_one_notice_without_secrets() {
    let desk = Desk::open().await;
    desk.delivery("https://one.example/hook?secret=abc", 302).await;
    let answer = desk.ok("GET", "/api/v1/notices", None, 200).await;
    assert!(!answer.text.contains("abc"), "{}", answer.text);
    let notices = answer.json();
    let [notice] = notices["items"].as_array().unwrap().as_slice() else { panic!("one notice: {notices}") };
    assert_eq!(notice["url"], "https://one.example/hook?secret=•••");
    assert_eq!(
        (&notice["kind"], &notice["count"], &notice["gave_up"]),
        (&json!("webhook_failing"), &json!(2), &json!(1))
    );
    assert!(notice["text"].as_str().unwrap().starts_with("answered 302"), "{notice}");
    assert_eq!((&notice["recovered_at"], &notice["read"]), (&json!(null), &json!(false)));
}

#[tokio::test]
async fn a_notice_is_read_until_more_is_given_up() {
    let desk = Desk::open().await;
    let url = "https://one.example/hook";
    desk.delivery(url, 500).await;
    let notice = desk.get("/api/v1/notices").await["items"][0].clone();
    desk.ok("POST", &format!("/api/v1/notices/{}/read", notice["id"].as_str().unwrap()), None, 204).await;
    assert_eq!(desk.get("/api/v1/notices").await["items"][0]["read"], true);
    desk.ok("POST", "/api/v1/deliveries/resend", None, 200).await;
    let again = desk.until("/api/v1/notices", |json| json["items"][0]["gave_up"] == 2).await;
    assert_eq!((&again["items"][0]["read"], &again["items"][0]["id"]), (&json!(false), &notice["id"]));
    desk.receivers.answer(url, 200);
    desk.ok("POST", "/api/v1/deliveries/resend", None, 200).await;
    desk.until("/api/v1/notices", |json| json["items"][0]["recovered_at"].is_string()).await;
}
