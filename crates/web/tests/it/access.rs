//! Who may ask what: every route with no key, a wrong key, a key without the parameter, another domain's key.

use super::support::{AGENT, Answer, CLIENT, Desk, KEY, STRANGER};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

/// One request for each route that needs a key, with ids that exist in the first domain.
struct Sample {
    method: &'static str,
    uri: String,
    body: Option<Value>,
    /// It names something by its id.
    names: bool,
    /// Who may ask.
    needs: web::Needs,
}

/// The administrator's password.
const PASSWORD: &str = "correct horse battery";

/// Gives the administrator a session, and answers its id with that of a key.
async fn session_and_key(desk: &Desk) -> (String, String) {
    let body = json!({ "user": "admin", "password": PASSWORD });
    desk.ok("POST", "/api/v1/people/1/password", Some(&body), 200).await;
    let request = Request::builder().method("POST").uri("/api/v1/session");
    let answer = desk.send(request.body(Body::from(body.to_string())).unwrap()).await;
    let session = answer.json()["session"]["id"].as_str().unwrap().to_owned();
    let key = desk.ok("POST", "/api/v1/keys", Some(&json!({ "name": "a key" })), 201).await.json();
    (session, key["id"].as_str().unwrap().to_owned())
}

async fn samples(desk: &Desk) -> Vec<Sample> {
    let delivery = desk.delivery("https://one.example/hook?secret=abc", 500).await;
    let detail = desk.get(&format!("/api/v1/deliveries/{delivery}")).await;
    let ids = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let trigger = detail["trigger"]["id"].as_str().unwrap();
    let notice = desk.get("/api/v1/notices").await["items"][0]["id"].as_str().unwrap().to_owned();
    let other = desk.trigger("https://two.example/hook").await;
    let ticket = detail["ticket"].as_i64().unwrap().to_string();
    let action = json!({ "kind": "add_tag", "tag": "x" });
    let body = json!({
        "name": "a trigger",
        "conditions": { "all": [{ "field": "ticket", "operator": "created" }] },
        "actions": [action],
    });
    let (session, key) = session_and_key(desk).await;
    let mut samples = Vec::new();
    let needy =
        |route: &&web::Route| route.path.starts_with("/api/v1/") && route.needs != web::Needs::Nothing;
    for web::Route { method, path: pattern, needs } in web::ROUTES.iter().filter(needy) {
        let id = match *pattern {
            path if path.starts_with("/api/v1/triggers/{id}") => trigger.to_owned(),
            path if path.starts_with("/api/v1/deliveries/{id}") => ids("id"),
            path if path.starts_with("/api/v1/endpoints/{id}") => ids("endpoint"),
            path if path.starts_with("/api/v1/changes/{id}") => ids("change"),
            path if path.starts_with("/api/v1/notices/{id}") => notice.clone(),
            path if path.starts_with("/api/v1/keys/{id}") => key.clone(),
            path if path.starts_with("/api/v1/sessions/{id}") => session.clone(),
            path if path.starts_with("/api/v1/people/{id}") => "ana".to_owned(),
            _ => ticket.clone(),
        };
        let names = pattern.contains('{');
        let mut uri = pattern.replace("{id}", &id).replace("{number}", &id);
        if pattern.ends_with("/explain") {
            uri.push_str(&format!("?trigger={trigger}"));
        }
        let body = match (*method, *pattern) {
            ("post", "/api/v1/triggers") => Some(body.clone()),
            ("post", "/api/v1/keys") => Some(json!({ "name": "another key" })),
            ("put", "/api/v1/session/password") => Some(json!({ "old": PASSWORD, "new": "battery staple" })),
            ("patch", _) => Some(json!({ "name": "renamed" })),
            ("put", _) => Some(json!({ "ids": [other, trigger] })),
            _ => None,
        };
        let method: &'static str = match *method {
            "get" => "GET",
            "post" => "POST",
            "patch" => "PATCH",
            "put" => "PUT",
            _ => "DELETE",
        };
        samples.push(Sample { method, uri, body, names, needs: *needs });
    }
    // The order names every trigger that there is now; what sends all again, or takes something away, comes last.
    samples.sort_by_key(|sample| match sample.method {
        // It ends the session that another sample names.
        "PUT" if sample.uri.ends_with("/password") => 4,
        "PUT" => 0,
        "DELETE" => 3,
        _ if sample.uri == "/api/v1/deliveries/resend" => 2,
        _ => 1,
    });
    samples
}

async fn without_key(desk: &Desk, sample: &Sample, header: Option<&str>) -> Answer {
    let before = desk.everything().await;
    let mut request = Request::builder().method(sample.method).uri(&sample.uri);
    if let Some(value) = header {
        request = request.header("authorization", value);
    }
    let body = sample.body.as_ref().map_or_else(Body::empty, |json| Body::from(json.to_string()));
    let answer = desk.send(request.body(body).unwrap()).await;
    assert_eq!(before, desk.everything().await, "{} {}", sample.method, sample.uri);
    answer
}

#[tokio::test]
async fn a_request_without_a_good_key_is_refused_and_does_nothing() {
    let desk = Desk::open().await;
    for sample in samples(&desk).await {
        for header in [None, Some("Bearer wrong"), Some("Basic eDp5"), Some("Bearer "), Some("Bearer")] {
            let answer = without_key(&desk, &sample, header).await;
            assert_eq!(answer.status, 401, "{} {} {header:?}", sample.method, sample.uri);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert!(!answer.text.contains("wrong"), "{answer:?}");
        }
    }
    for uri in ["/public/v1/tickets?id=1", "/public/v1/tickets?id=1&token=wrong", "/public/v1/persons?token="]
    {
        for method in ["GET", "POST", "PATCH"] {
            if method == "PATCH" && uri.contains("persons") {
                continue;
            }
            let request = Request::builder().method(method).uri(uri).body(Body::from("{}")).unwrap();
            let answer = desk.send(request).await;
            assert_eq!(answer.status, 401, "{method} {uri}");
            assert!(answer.json()["message"].as_str().unwrap().contains("key"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn another_domains_key_finds_nothing_and_changes_nothing() {
    let desk = Desk::open().await;
    let first = desk.get("/api/v1/session").await["domain"]["id"].as_str().unwrap().to_owned();
    for sample in samples(&desk).await {
        let before = desk.everything().await;
        let answer = desk.call(sample.method, &sample.uri, STRANGER, sample.body.as_ref()).await;
        let place = format!("{} {}: {}", sample.method, sample.uri, answer.text);
        if sample.names {
            assert_eq!(answer.status, 404, "{place}");
        } else if sample.uri.starts_with("/api/v1/session") || sample.uri == "/api/v1/keys" {
            // They see and change what is their own.
            assert!(!answer.text.contains(&first), "{place}");
        } else if sample.method == "PUT" {
            assert_eq!(answer.status, 400, "{place}");
        } else if sample.method == "GET" && !sample.uri.ends_with("/definitions") {
            assert_eq!(answer.json()["items"], json!([]), "{place}");
        } else if sample.uri.ends_with("/resend") {
            assert_eq!(answer.json()["count"], 0, "{place}");
        }
        if !["/api/v1/triggers", "/api/v1/keys"].contains(&sample.uri.as_str()) {
            assert_eq!(before, desk.everything().await, "{place}");
        }
    }
    let ticket = desk.ticket().await;
    for method in ["GET", "PATCH"] {
        let before = desk.everything().await;
        let uri = format!("/public/v1/tickets?id={ticket}&token={STRANGER}");
        let request =
            Request::builder().method(method).uri(uri).body(Body::from(r#"{"subject":"x"}"#)).unwrap();
        let answer = desk.send(request).await;
        assert_eq!(answer.status, 404, "{method}: {}", answer.text);
        assert_eq!(before, desk.everything().await);
    }
    let uri = format!("/public/v1/persons?id=ana&token={STRANGER}");
    let answer = desk.send(Request::builder().uri(uri).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_profile_without_the_parameter_is_told_which_one_it_needs() {
    let desk = Desk::open().await;
    for sample in samples(&desk).await {
        let web::Needs::Grant(grant) = sample.needs else { continue };
        let answer = desk.refused(sample.method, &sample.uri, CLIENT, sample.body.as_ref(), 403).await;
        let wanted = grant.name();
        assert!(answer.json()["detail"].as_str().unwrap().contains(wanted), "{answer:?}");
    }
    let before = desk.everything().await;
    let uri = format!("/public/v1/persons?token={AGENT}");
    let body = r#"{"personType":1,"profileType":2,"businessName":"x"}"#;
    let answer = desk.send(Request::builder().method("POST").uri(uri).body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, 403);
    assert_eq!(before, desk.everything().await);
}

#[tokio::test]
async fn a_parameter_that_is_not_known_is_refused_by_name() {
    let desk = Desk::open().await;
    for sample in samples(&desk).await {
        let joint = if sample.uri.contains('?') { '&' } else { '?' };
        let uri = format!("{}{joint}nonsense=1", sample.uri);
        let answer = desk.refused(sample.method, &uri, KEY, sample.body.as_ref(), 400).await;
        assert_eq!(answer.faults(), ["nonsense"], "{uri}");
    }
}

#[tokio::test]
async fn every_route_answers_its_owner() {
    let desk = Desk::open().await;
    for sample in samples(&desk).await {
        let answer = desk.call(sample.method, &sample.uri, KEY, sample.body.as_ref()).await;
        assert!(answer.status.is_success(), "{} {}: {}", sample.method, sample.uri, answer.text);
    }
}

#[tokio::test]
async fn ids_that_are_none_are_not_found() {
    let desk = Desk::open().await;
    let ids = ["x", "trg_", "dlv_0000000000000", "trg_zzzzzzzzzzzzz", "..%2F..", "%00", "%ff", "0", "-1"];
    for web::Route { method, path: pattern, .. } in
        web::ROUTES.iter().filter(|route| route.path.contains('{'))
    {
        for id in ids {
            let uri = pattern.replace("{id}", id).replace("{number}", id);
            let answer = desk.refused(&method.to_uppercase(), &uri, KEY, None, 404).await;
            assert_eq!(answer.header("content-type"), "application/problem+json", "{uri}");
        }
    }
}
