//! Logging in over HTTP: the cookies, other sites, waiting, and what is possible before a password has been changed.

use super::support::{Answer, CLIENT, Desk, KEY};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use serde_json::{Value, json};
use std::net::SocketAddr;

const PASSWORD: &str = "correct horse battery";

/// Gives the agent a password of their own choice.
async fn desk() -> Desk {
    let desk = Desk::still(0).await;
    let body = json!({ "password": PASSWORD, "user": "Ana" });
    let answer = desk.ok("POST", "/api/v1/people/ana/password", Some(&body), 200).await;
    assert_eq!(answer.json(), json!({ "password": null }));
    assert_eq!(answer.header("cache-control"), "no-store");
    desk
}

fn request(method: &str, uri: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(uri).header("host", "desk.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or_else(Body::empty, |json| Body::from(json.to_string()));
    let mut request = request.body(body).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 5_000))));
    request
}

async fn log_in(desk: &Desk, source: &str, cookie: &str, user: &str, password: &str) -> Answer {
    let body = json!({ "user": user, "password": password });
    let headers = [("x-forwarded-for", source), ("cookie", cookie), ("user-agent", "a browser")];
    desk.send(request("POST", "/api/v1/session", &headers, Some(&body))).await
}

/// The cookies that an answer sets, as a browser sends them.
fn cookies(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all("set-cookie").iter();
    lines.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned()).collect()
}

/// Logs in and changes the password that somebody else chose; answers the session's cookie.
async fn session(desk: &Desk) -> String {
    let answer = log_in(desk, "192.0.2.1", "", "ana", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let cookie = cookies(&answer)[0].clone();
    let body = json!({ "old": PASSWORD, "new": "another password" });
    let change = request("PUT", "/api/v1/session/password", &[("cookie", &cookie)], Some(&body));
    assert_eq!(desk.send(change).await.status, 204);
    cookie
}

#[tokio::test]
async fn a_log_in_sets_cookies_and_says_who_it_is() {
    let desk = desk().await;
    let answer = log_in(&desk, "192.0.2.1", "", "ana", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let who = answer.json();
    assert_eq!((&who["person"]["id"], &who["domain"]["name"]), (&json!("ana"), &json!("main")));
    assert_eq!(who["must_change_password"], true);
    assert_eq!(who["session"]["source"], "192.0.2.1");
    assert_eq!(who["session"]["is_current"], true);
    let lines: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        let text = line.to_str().unwrap();
        assert!(text.starts_with("__Host-gatilho_"), "{text}");
        assert!(text.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{text}");
    }
    assert!(
        !answer.text.contains(cookies(&answer)[0].split_once('=').unwrap().1),
        "the token is in the cookie alone"
    );
    let by_key = desk.get("/api/v1/session").await;
    assert_eq!((&by_key["person"]["id"], &by_key["session"]), (&json!("1"), &Value::Null));
}

#[tokio::test]
async fn nothing_is_possible_before_the_password_has_been_changed() {
    let desk = desk().await;
    let answer = log_in(&desk, "192.0.2.1", "", "ana@desk.example", PASSWORD).await;
    let cookie = cookies(&answer)[0].clone();
    let get = async |uri: &str| desk.send(request("GET", uri, &[("cookie", &cookie)], None)).await;
    let refused = get("/api/v1/triggers").await;
    assert_eq!(refused.status, 403);
    assert!(refused.json()["detail"].as_str().unwrap().contains("/api/v1/session/password"), "{refused:?}");
    assert_eq!(get("/api/v1/session").await.status, 200);
    let body = json!({ "old": PASSWORD, "new": "short" });
    let change = request("PUT", "/api/v1/session/password", &[("cookie", &cookie)], Some(&body));
    assert_eq!(desk.send(change).await.faults(), ["new"]);
    let cookie = session(&desk).await;
    let refused = desk.send(request("GET", "/api/v1/triggers", &[("cookie", &cookie)], None)).await;
    assert!(refused.json()["detail"].as_str().unwrap().contains("Allow creating triggers"), "{refused:?}");
}

#[tokio::test]
async fn a_session_does_what_a_key_does_but_not_for_pages_of_other_sites() {
    let desk = desk().await;
    let cookie = session(&desk).await;
    let ticket = async |headers: &[(&str, &str)]| {
        let number = desk.ticket().await;
        let headers = [&[("cookie", cookie.as_str())], headers].concat();
        desk.send(request("DELETE", &format!("/api/v1/tickets/{number}"), &headers, None)).await
    };
    assert_eq!(ticket(&[]).await.status, 204);
    assert_eq!(ticket(&[("sec-fetch-site", "same-origin")]).await.status, 204);
    assert_eq!(ticket(&[("origin", "https://desk.example")]).await.status, 204);
    for foreign in
        [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")], [("origin", "null")]]
    {
        assert_eq!(ticket(&foreign).await.status, 403, "{foreign:?}");
    }
    let reading = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    assert_eq!(desk.send(request("GET", "/api/v1/session", &reading, None)).await.status, 200);
    let body = json!({ "user": "ana", "password": PASSWORD });
    let foreign = request("POST", "/api/v1/session", &[("sec-fetch-site", "cross-site")], Some(&body));
    assert_eq!(desk.send(foreign).await.status, 403);
    let wrong = [("cookie", cookie.as_str()), ("authorization", "Bearer wrong")];
    assert_eq!(
        desk.send(request("GET", "/api/v1/session", &wrong, None)).await.status,
        401,
        "the key counts"
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let desk = desk().await;
    let cookie = session(&desk).await;
    let other = cookies(&log_in(&desk, "192.0.2.7", "", "ana", "another password").await)[0].clone();
    let get =
        async |cookie: &str, uri: &str| desk.send(request("GET", uri, &[("cookie", cookie)], None)).await;
    let list = get(&cookie, "/api/v1/sessions").await.json();
    let sources: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|one| (&one["source"], &one["is_current"])).collect();
    assert_eq!(sources, [(&json!("192.0.2.1"), &json!(true)), (&json!("192.0.2.7"), &json!(false))]);
    let first = get(&cookie, "/api/v1/sessions?limit=1").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    assert!(first["next_cursor"].is_string());
    assert_eq!(get(&cookie, "/api/v1/sessions?person=1").await.status, 403, "an agent sees their own");
    let seen = desk.get("/api/v1/sessions?person=ana").await;
    assert_eq!(seen["items"].as_array().unwrap().len(), 2, "an administrator sees all");
    let id = list["items"][1]["id"].as_str().unwrap();
    desk.refused("DELETE", &format!("/api/v1/sessions/{id}"), CLIENT, None, 403).await;
    assert_eq!(
        desk.send(request("DELETE", &format!("/api/v1/sessions/{id}"), &[("cookie", &cookie)], None))
            .await
            .status,
        204
    );
    assert_eq!(get(&other, "/api/v1/session").await.status, 401);
    let out = desk.send(request("DELETE", "/api/v1/session", &[("cookie", &cookie)], None)).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    assert_eq!(get(&cookie, "/api/v1/session").await.status, 401);
}

#[tokio::test]
async fn who_guesses_is_told_how_long_to_wait_and_a_known_browser_is_not() {
    let desk = desk().await;
    let known = log_in(&desk, "192.0.2.1", "", "ana", PASSWORD).await;
    let device = cookies(&known)[1].clone();
    for _ in 0..5 {
        let answer = log_in(&desk, "192.0.2.1", "", "ana", "a guess").await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json()["detail"], "the name or the password is not right");
    }
    let answer = log_in(&desk, "192.0.2.1", "", "ana", PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "2"));
    assert_eq!(log_in(&desk, "192.0.2.1", &device, "ana", PASSWORD).await.status, 200);
    assert_eq!(log_in(&desk, "192.0.2.2", "", "ana", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn the_host_or_the_name_says_in_which_domain_somebody_logs_in() {
    let desk = desk().await;
    let with = async |host: &str, domain: Value| {
        let body = json!({ "user": "ana", "password": PASSWORD, "domain": domain });
        let mut request = request("POST", "/api/v1/session", &[], Some(&body));
        request.headers_mut().insert("host", host.parse().unwrap());
        desk.send(request).await.status.as_u16()
    };
    assert_eq!(with("desk.example", Value::Null).await, 200);
    assert_eq!(with("elsewhere.example:8080", Value::Null).await, 200, "the first domain");
    assert_eq!(with("OTHER.example:8080", Value::Null).await, 401, "ana is not in the other domain");
    assert_eq!(with("other.example", json!("main")).await, 200);
    assert_eq!(with("desk.example", json!("nowhere")).await, 401);
}

#[tokio::test]
async fn a_log_in_at_fault_is_told_where() {
    let desk = desk().await;
    for (body, fields) in [
        (json!({}), vec!["user", "password"]),
        (json!({ "user": 5, "password": "x" }), vec!["user"]),
        (json!({ "user": "a", "password": "b", "remember": true }), vec!["remember"]),
        (json!([]), vec![""]),
    ] {
        let answer = desk.send(request("POST", "/api/v1/session", &[], Some(&body))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.faults()),
            (400, fields.into_iter().map(String::from).collect())
        );
    }
    let body = json!({ "password": "short", "user": "x".repeat(200) });
    let answer = desk.refused("POST", "/api/v1/people/carl/password", KEY, Some(&body), 400).await;
    assert_eq!(answer.faults(), ["password", "user"]);
    let taken =
        desk.refused("POST", "/api/v1/people/carl/password", KEY, Some(&json!({ "user": "ANA" })), 409).await;
    assert!(taken.json()["detail"].as_str().unwrap().contains("ana"), "{taken:?}");
}
