//! What every request has around it: limits, syntax, methods, ids, probes.

use super::support::{AGENT, Answer, BODY_MAX, Desk, KEY};
use axum::body::{Body, Bytes};
use futures_util::stream::poll_fn;
use http::Request;
use serde_json::json;
use std::io::{Error, Write};
use std::sync::{Arc, Mutex};
use std::task::Poll;

async fn post(desk: &Desk, content_type: &str, body: impl Into<Body>) -> Answer {
    let before = desk.everything().await;
    let mut request = Request::builder().method("POST").uri("/api/v1/triggers");
    request = request.header("authorization", format!("Bearer {KEY}"));
    if !content_type.is_empty() {
        request = request.header("content-type", content_type);
    }
    let answer = desk.send(request.body(body.into()).unwrap()).await;
    assert_eq!(before, desk.everything().await);
    answer
}

#[tokio::test]
async fn a_body_past_the_limit_is_refused_naming_it() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    for length in [BODY_MAX + 1, 10 * 1024 * 1024] {
        let answer = post(&desk, "application/json", vec![b' '; length]).await;
        assert_eq!(answer.status, 413);
        assert!(answer.json()["detail"].as_str().unwrap().contains("262144 bytes"), "{answer:?}");
        let body = " ".repeat(length);
        let answer = desk.public_refused("PATCH", &format!("/tickets?id={ticket}"), &body, 413).await;
        assert!(answer.json()["message"].as_str().unwrap().contains("262144 bytes"), "{answer:?}");
    }
    let announced = Request::builder()
        .method("POST")
        .uri("/api/v1/triggers")
        .header("authorization", format!("Bearer {KEY}"))
        .header("content-length", "99999999999")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(desk.send(announced).await.status, 413);
}

#[tokio::test]
async fn broken_json_is_refused_by_line_and_column() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    for body in ["{", "{\"name\" 5}", "\u{0}", "{\"a\":1}}", "nul"] {
        let answer = post(&desk, "application/json", body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("line 1 column"), "{answer:?}");
        let answer = desk.public_refused("PATCH", &format!("/tickets?id={ticket}"), body, 400).await;
        assert!(answer.json()["message"].as_str().unwrap().contains("line 1 column"), "{answer:?}");
    }
    assert_eq!(post(&desk, "application/json", vec![b'{', b'"', 0xff, b'"', b'}']).await.status, 400);
    assert_eq!(post(&desk, "application/json", "[".repeat(100_000)).await.status, 400);
    assert!(post(&desk, "application/json", " ").await.json()["detail"].as_str().unwrap().contains("empty"));
}

#[tokio::test]
async fn the_native_api_wants_json_and_the_public_one_takes_what_it_gets() {
    let desk = Desk::open().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
        assert_eq!(post(&desk, kind, "{}").await.status, 415, "{kind}");
    }
    for kind in ["", "application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
        assert_eq!(post(&desk, kind, "{}").await.status, 400, "{kind}");
    }
    let ticket = desk.ticket().await;
    let request = Request::builder()
        .method("PATCH")
        .uri(format!("/public/v1/tickets?id={ticket}&token={KEY}&foo=1&$expand=actions"))
        .header("content-type", "text/plain")
        .body(Body::from(r#"{"subject":"taken"}"#));
    assert_eq!(desk.send(request.unwrap()).await.status, 200);
}

#[tokio::test]
async fn endpoints_without_a_body_take_none() {
    let desk = Desk::open().await;
    let uri = format!("/api/v1/triggers/{}/disable", desk.trigger("https://one.example/").await);
    let answer = desk.refused("POST", &uri, KEY, Some(&json!({ "enabled": true })), 400).await;
    assert!(answer.json()["detail"].as_str().unwrap().contains("no body"), "{answer:?}");
    desk.ok("POST", &uri, Some(&json!({})), 200).await;
}

#[tokio::test]
async fn paths_and_methods_that_are_none_are_told() {
    let desk = Desk::open().await;
    let answer = desk.refused("GET", "/api/v1/nothing", KEY, None, 404).await;
    let problem = answer.json();
    assert_eq!(
        (&problem["type"], &problem["title"], &problem["status"]),
        (&json!("about:blank"), &json!("Not Found"), &json!(404))
    );
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    let answer = desk.refused("PUT", "/api/v1/triggers", KEY, None, 405).await;
    assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    assert!(
        answer.json()["detail"].as_str().unwrap().contains("possible are GET, HEAD, POST, OPTIONS"),
        "{answer:?}"
    );
    let answer = desk.public("DELETE", "/tickets?id=1", "").await;
    assert_eq!(answer.status, 405);
    assert!(answer.json()["message"].is_string());
    assert_eq!(desk.public("GET", "/nothing", "").await.json()["errors"], json!([]));
}

#[tokio::test]
async fn options_and_head_answer_without_a_body() {
    let desk = Desk::open().await;
    let answer = desk.call("OPTIONS", "/api/v1/triggers", "", None).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
    assert_eq!(desk.call("OPTIONS", "/nothing", "", None).await.status, 404);
    for (uri, status) in
        [("/api/v1/triggers", 200), ("/api/v1/triggers?x=1", 400), ("/healthz", 200), ("/no", 404)]
    {
        let answer = desk.call("HEAD", uri, KEY, None).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (status, ""), "{uri}");
    }
}

#[tokio::test]
async fn a_request_has_an_id() {
    let desk = Desk::open().await;
    let ask = async |id: &str| {
        let request =
            Request::builder().uri("/healthz").header("x-request-id", id).body(Body::empty()).unwrap();
        desk.send(request).await.header("x-request-id").to_owned()
    };
    assert_eq!(ask("abc-1_2.3").await, "abc-1_2.3");
    let (one, two) = (ask("no spaces").await, ask(&"x".repeat(65)).await);
    assert!(one != two && !one.contains(' ') && two.len() < 65, "{one} {two}");
}

#[tokio::test]
async fn probes_need_no_key() {
    let desk = Desk::open().await;
    assert_eq!(desk.call("GET", "/healthz", "", None).await.text, "ok\n");
    assert_eq!(desk.call("GET", "/readyz", "", None).await.text, "ready\n");
    let metrics = desk.call("GET", "/metrics", "", None).await;
    assert!(metrics.text.contains("gatilho_changes_total 0"), "{}", metrics.text);
    desk.engine.stop().await;
    let answer = desk.call("GET", "/readyz", "", None).await;
    assert_eq!(answer.status, 503);
    assert_eq!(desk.call("GET", "/healthz", "", None).await.status, 200);
}

#[tokio::test]
async fn a_server_that_stopped_says_when_to_try_again() {
    let desk = Desk::open().await;
    desk.engine.stop().await;
    let answer = desk.call("GET", "/api/v1/triggers", KEY, None).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), "2");
    let answer = desk.public("POST", "/tickets", r#"{"createdBy":{"id":"1"},"clients":[{"id":"1"}]}"#).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), "2");
}

/// A body whose bytes come as `next` says.
fn slow(mut next: impl FnMut() -> Poll<Option<Result<Bytes, Error>>> + Send + 'static) -> Body {
    Body::from_stream(poll_fn(move |_| next()))
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let desk = Desk::open().await;
    tokio::time::pause();
    let answer = post(&desk, "application/json", slow(|| Poll::Pending)).await;
    assert_eq!(answer.status, 408);
    assert!(answer.json()["detail"].as_str().unwrap().contains("within 30 s"), "{answer:?}");
    let answer = post(&desk, "application/json", slow(|| Poll::Ready(Some(Err(Error::other("cut")))))).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_panic_is_an_answer_without_its_text() {
    let desk = Desk::open().await;
    let answer = post(&desk, "application/json", slow(|| panic!("a secret text"))).await;
    assert_eq!(answer.status, 500);
    assert!(!answer.text.contains("secret"), "{answer:?}");
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
    assert_eq!(desk.call("GET", "/healthz", "", None).await.status, 200);
}

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn each_request_is_one_line_of_the_log_without_keys_and_values() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let desk = Desk::open().await;
    let id = desk.delivery("https://one.example/hook?secret=hidden-value", 500).await;
    desk.get("/api/v1/deliveries?url=https://one.example/hook?secret=hidden-value&limit=1").await;
    desk.call("GET", &format!("/api/v1/deliveries/{id}?nonsense=hidden-value"), KEY, None).await;
    desk.call("DELETE", "/api/v1/triggers/hidden-value", AGENT, None).await;
    desk.public("GET", "/tickets?id=hidden-value", "").await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for secret in [KEY, AGENT, "hidden-value", "hidden"] {
        assert!(!text.contains(secret), "{secret} stands in the log");
    }
    let line = text.lines().find(|line| line.contains("path=\"/api/v1/triggers/{id}\"")).unwrap();
    for part in ["method=DELETE", "status=404", "duration_ms=", "request.id="] {
        assert!(line.contains(part), "{part}: {line}");
    }
}
