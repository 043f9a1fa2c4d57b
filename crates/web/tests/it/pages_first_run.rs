//! The first run and the built-in test receiver, without script.

use super::support::pages::{encoded, posting};
use super::support::{AGENT, Answer, Desk, KEY, STRANGER};
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;

const RECEIVER: &str = "/settings/automation/test-receiver";

async fn open(desk: &Desk, uri: &str, cookie: &str) -> Answer {
    desk.send(Request::builder().uri(uri).header("cookie", cookie).body(Body::empty()).unwrap()).await
}

async fn post(desk: &Desk, uri: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let request = posting(uri, cookie, "same-origin");
    desk.send(request.body(encoded(fields)).unwrap()).await
}

/// What somebody types who knows this code.
fn typed<'t>(code: &'t str, password: &'t str) -> [(&'t str, &'t str); 4] {
    [("code", code), ("businessName", "Ana Lima"), ("emails", "ana@example.com"), ("password", password)]
}

/// What an answer sets, as a browser sends it back.
fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    set.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// The text between two marks.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map(|(found, _)| found).unwrap()
}

#[tokio::test]
async fn the_code_makes_the_administrator_who_is_signed_in_and_shown_a_key_once() {
    let desk = Desk::open().await;
    let code = desk.engine.open_first_run().await.unwrap().unwrap();
    let form = open(&desk, &format!("/first-run?code={code}"), "").await;
    assert!(form.text.contains(&format!("value=\"{code}\"")), "{}", form.text);

    let done = post(&desk, "/first-run", "", &typed(&code, "correct horse battery")).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(done.header("cache-control"), "no-store");
    let key = between(&done.text, "id=\"key\">", "</code>");
    let me = desk.call("GET", "/api/v1/session", key, None).await;
    assert_eq!(me.status, StatusCode::OK, "{}", me.text);
    let account = open(&desk, "/account", &cookies(&done)).await;
    assert!(account.status == StatusCode::OK && account.text.contains("Ana Lima"), "{}", account.text);

    let log_in = json!({ "user": "Ana@example.com", "password": "correct horse battery" });
    let request = Request::builder().method("POST").uri("/api/v1/session");
    let session = desk.send(request.body(Body::from(log_in.to_string())).unwrap()).await;
    assert_eq!(session.status, StatusCode::OK, "{}", session.text);

    let again = post(&desk, "/first-run", "", &typed(&code, "another horse battery")).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "a code works once");
    assert_eq!(open(&desk, "/first-run", "").await.header("location"), "/sign-in");
    assert!(desk.engine.open_first_run().await.unwrap().is_none());
}

#[tokio::test]
async fn who_guesses_has_to_wait_and_nothing_is_stored() {
    let desk = Desk::open().await;
    let code = desk.engine.open_first_run().await.unwrap().unwrap();
    let before = desk.everything().await;
    let mut last = StatusCode::OK;
    for guess in 0..40 {
        last =
            post(&desk, "/first-run", "", &typed(&guess.to_string(), "correct horse battery")).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        assert_eq!(last, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let right = post(&desk, "/first-run", "", &typed(&code, "correct horse battery")).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "the right one waits, too");
    assert_eq!(before, desk.everything().await);
}

#[tokio::test]
async fn what_is_missing_is_said_beside_its_field_and_the_code_still_works() {
    let desk = Desk::open().await;
    let code = desk.engine.open_first_run().await.unwrap().unwrap();
    let short = post(&desk, "/first-run", "", &typed(&code, "short")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", short.text);
    assert!(short.text.contains("id=\"password-fault\"") && !short.text.contains("value=\"short\""));
    let fields = [("code", &*code), ("businessName", "<script>"), ("emails", ""), ("password", "x")];
    let nobody = post(&desk, "/first-run", "", &fields).await;
    assert!(nobody.text.contains("id=\"emails-fault\"") && !nobody.text.contains("<script>\""));
    let done = post(&desk, "/first-run", "", &typed(&code, "correct horse battery")).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
}

#[tokio::test]
async fn without_a_first_run_no_code_is_right() {
    let desk = Desk::open().await;
    assert_eq!(open(&desk, "/first-run", "").await.header("location"), "/sign-in");
    let answer = post(&desk, "/first-run", "", &typed("", "correct horse battery")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    desk.cookie(KEY).await;
    assert!(desk.engine.open_first_run().await.unwrap().is_none(), "an administrator has a log-in");
}

#[tokio::test]
async fn a_first_trigger_and_a_ticket_arrive_at_the_test_receiver_and_in_the_log() {
    let desk = Desk::open().await;
    let cookie = desk.cookie(KEY).await;
    let empty = open(&desk, RECEIVER, &cookie).await;
    let url = between(&empty.text, "id=\"url\">", "</code>").to_owned();
    assert!(url.starts_with("https://test-receiver.gatilho.internal/dom_"), "{url}");

    let form = open(&desk, "/settings/automation/triggers/new?receiver=test", &cookie).await;
    assert!(form.text.contains(&format!("value=\"{url}\"")));
    let made = post(&desk, &format!("{RECEIVER}/trigger"), &cookie, &[]).await;
    assert_eq!(made.header("location"), format!("{RECEIVER}?note=test-trigger-made"));
    let opened = post(&desk, &format!("{RECEIVER}/ticket"), &cookie, &[]).await;
    assert_eq!(opened.header("location"), format!("{RECEIVER}?note=test-ticket-opened"), "{}", opened.text);

    desk.until("/api/v1/deliveries", |log| log["items"][0]["status"] == "delivered").await;
    let page = open(&desk, RECEIVER, &cookie).await;
    for part in ["Tell the test receiver of new tickets", "webhook-signature: v1,", "webhook-log/dlv_"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(page.text.contains("The printer on the second floor"));

    let part = Request::builder().uri(RECEIVER).header("cookie", &cookie).header("x-part", "live");
    let part = desk.send(part.body(Body::empty()).unwrap()).await;
    assert!(part.text.starts_with("<section") && part.text.contains("dlv_"), "{}", part.text);
}

#[tokio::test]
async fn a_test_receiver_is_for_its_domain_and_for_who_may_create_triggers() {
    let desk = Desk::open().await;
    let (own, theirs) = (desk.cookie(KEY).await, desk.cookie(STRANGER).await);
    post(&desk, &format!("{RECEIVER}/trigger"), &own, &[]).await;
    post(&desk, &format!("{RECEIVER}/ticket"), &own, &[]).await;
    desk.until("/api/v1/deliveries", |log| log["items"][0]["status"] == "delivered").await;
    let url = |page: &Answer| between(&page.text, "id=\"url\">", "</code>").to_owned();
    let (mine, other) = (open(&desk, RECEIVER, &own).await, open(&desk, RECEIVER, &theirs).await);
    assert_ne!(url(&mine), url(&other));
    assert!(mine.text.contains("dlv_") && !other.text.contains("dlv_"));
    let agent = desk.cookie(AGENT).await;
    assert_eq!(open(&desk, RECEIVER, &agent).await.status, StatusCode::FORBIDDEN);
    for form in ["trigger", "ticket"] {
        assert_eq!(
            post(&desk, &format!("{RECEIVER}/{form}"), &agent, &[]).await.status,
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test]
async fn the_builder_puts_the_test_receivers_address_in() {
    let desk = Desk::open().await;
    let cookie = desk.cookie(KEY).await;
    let fields =
        [("do", "receiver:0"), ("name", "a trigger"), ("actions.0.kind", "webhook"), ("actions.0.url", "")];
    let form = post(&desk, "/settings/automation/triggers/new", &cookie, &fields).await;
    assert!(form.text.contains("value=\"https://test-receiver.gatilho.internal/dom_"), "{}", form.text);
    assert!(form.text.contains("value=\"a trigger\""));
}
