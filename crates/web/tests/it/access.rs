//! Who may ask what: every route with no key, a wrong key, a key without the parameter, a key with nothing else, another
//! domain's key. What each route needs stands in the table of routes.

use super::support::{Answer, Desk, FORM, KEY, STRANGER, URL, api_key, person, with_body};
use axum::body::Body;
use engine::SystemClock;
use http::Request;
use model::access_profile::{AccessProfile, Grant, UserType};
use model::ids::{AccessProfileId, DomainId};
use model::person::ProfileType;
use model::time::Clock;
use serde_json::{Value, json};
use store::db::Write;
use web::Needs;

/// One request for each route that needs a key, with ids that exist in the first domain.
struct Sample {
    method: &'static str,
    uri: String,
    body: Option<Value>,
    /// It names something by its id.
    names: bool,
    /// What the route needs.
    needs: Needs,
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
    let key = desk
        .ok("POST", "/api/v1/keys", Some(&json!({ "name": "a key", "person": "carl" })), 201)
        .await
        .json();
    (session, key["id"].as_str().unwrap().to_owned())
}

/// The key of somebody with every parameter but this one.
fn key_without(grant: Grant) -> String {
    format!("without-{}", grant.word())
}

/// The key of somebody with this parameter alone.
fn key_with_only(grant: Grant) -> String {
    format!("only-{}", grant.word())
}

/// The key of an agent with no parameter.
const NOTHING: &str = "no-parameter";

/// For each parameter somebody who has it alone and somebody who has all others; and somebody with none.
fn everybody(domain: DomainId) -> Write {
    let mut profiles = vec![(NOTHING.to_owned(), Vec::new())];
    for grant in Grant::ALL {
        let others = Grant::ALL.into_iter().filter(|other| *other != grant).collect();
        profiles.extend([(key_with_only(grant), vec![grant]), (key_without(grant), others)]);
    }
    let (now, mut write) = (SystemClock.now(), Write::new());
    for ((name, grants), id) in profiles.into_iter().zip(100..) {
        let profile = AccessProfileId(id);
        let (user_type, is_default) = (UserType::Agents, false);
        let row = AccessProfile { id: profile, name: name.clone(), user_type, is_default, grants };
        write.push(store::access_profiles::insert(domain, &row));
        write.push(store::people::insert(domain, &person(&name, ProfileType::Agent, profile), now));
        write.push(store::keys::insert(&api_key(domain, id, &name, &name)));
    }
    write
}

async fn samples(desk: &Desk) -> Vec<Sample> {
    let delivery = desk.delivery("https://one.example/hook?secret=abc", 500).await;
    let detail = desk.get(&format!("/api/v1/deliveries/{delivery}")).await;
    let ids = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let trigger = detail["trigger"]["id"].as_str().unwrap();
    let notice = desk.get("/api/v1/notices").await["items"][0]["id"].as_str().unwrap().to_owned();
    let other = desk.trigger("https://two.example/hook").await;
    let ticket = detail["ticket"].as_i64().unwrap().to_string();
    let words = words(desk).await;
    let action = json!({ "kind": "add_tag", "tag": "x" });
    let body = json!({
        "name": "a trigger",
        "conditions": { "all": [{ "field": "ticket", "operator": "created" }] },
        "actions": [action],
    });
    let uri = format!("/api/v1/tickets/{ticket}/actions/1/attachments");
    let file = desk.ok("POST", &uri, Some(&json!(FORM)), 201).await.json()["items"][0]["key"].clone();
    let profile = json!({ "name": "spare", "user_type": "customers" });
    let spare = desk.ok("POST", "/api/v1/access-profiles", Some(&profile), 201).await.json();
    let team = desk.ok("POST", "/api/v1/teams", Some(&json!({ "name": "spare" })), 201).await.json();
    let person = json!({ "id": "spare", "name": "Spare", "person_type": 1, "profile_type": 2 });
    desk.ok("POST", "/api/v1/people", Some(&person), 201).await;
    let (session, key) = session_and_key(desk).await;
    // Its name is one that both domains have anyway.
    let integration = integration_to_the_other("agents");
    let linked = desk.ok("POST", "/api/v1/integrations", Some(&integration), 201).await.json()["id"].clone();
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
            path if path.contains("/actions/{id}") => "1".to_owned(),
            path if path.starts_with("/api/v1/integrations/{id}") => linked.as_str().unwrap().to_owned(),
            "/api/v1/files/{key}" => file.as_str().unwrap().to_owned(),
            path if path.starts_with("/api/v1/people/{id}") => "spare".to_owned(),
            path if path.starts_with("/api/v1/teams/{id}") => team["id"].as_str().unwrap().to_owned(),
            path if path.starts_with("/api/v1/access-profiles/{id}") => {
                spare["id"].as_str().unwrap().to_owned()
            }
            path if path.starts_with("/api/v1/keys/{id}") => key.clone(),
            path if path.starts_with("/api/v1/sessions/{id}") => session.clone(),
            path => word(&words, path).map_or(&ticket, |word| &word.id).clone(),
        };
        let names = pattern.contains('{');
        let number = if pattern.contains("{id}") { &ticket } else { &id };
        let mut uri = pattern.replace("{id}", &id).replace("{key}", &id).replace("{number}", number);
        uri.push_str(&query_of(method, pattern, trigger, linked.as_str().unwrap()));
        let body = match (*method, *pattern) {
            ("post", "/api/v1/triggers") => Some(body.clone()),
            ("post", path) if path.ends_with("/counterpart") => Some(json!({ "integration": linked })),
            ("put", "/api/v1/triggers/order") => Some(json!({ "ids": [other, trigger] })),
            (method, pattern) => body_of(method, pattern, &words),
        };
        samples.push(Sample { method: upper(method), uri, body, names, needs: *needs });
    }
    // The order names every trigger that there is now; what sends all again, or takes something away, comes last.
    samples.sort_by_key(|sample| match sample.method {
        // It ends the session that another sample names.
        "PUT" if sample.uri.ends_with("/password") => 4,
        "PUT" => 0,
        // It is one of a ticket that another sample deletes.
        "DELETE" if sample.uri.contains("/counterpart") => 2,
        "DELETE" => 3,
        _ if sample.uri == "/api/v1/deliveries/resend" => 2,
        _ => 1,
    });
    samples
}

/// What a request of this route asks with.
fn query_of(method: &str, pattern: &str, trigger: &str, integration: &str) -> String {
    match method {
        "delete" if pattern.ends_with("/counterpart") => format!("?integration={integration}"),
        "get" if pattern.ends_with("/explain") => format!("?trigger={trigger}"),
        _ => String::new(),
    }
}

/// What a request of this route sends.
fn body_of(method: &str, pattern: &str, words: &[Word]) -> Option<Value> {
    match (method, pattern) {
        ("post", path) if path.ends_with("/attachments") => Some(json!(FORM)),
        ("post", "/api/v1/people/{id}/password") => Some(json!({ "user": "spare" })),
        ("post", "/api/v1/people") => Some(json!({ "name": "x", "person_type": 1, "profile_type": 2 })),
        ("post", "/api/v1/access-profiles") => Some(json!({ "name": "new", "user_type": "agents" })),
        ("post", "/api/v1/teams") => Some(json!({ "name": "new" })),
        ("post", "/api/v1/integrations") => Some(integration_to_the_other("agents")),
        ("post", "/api/v1/integrations/check") => Some(json!({ "url": URL, "key": STRANGER })),
        ("post", "/api/v1/integrations/halves") => Some(json!({
            "name": "agents", "domain": "dom_0000000000001", "url": URL, "id": "int_0000000000001", "secret": "x",
            "events": ["status"], "both_ways": false, "purpose": "check", "withdrawal": "",
        })),
        ("post", "/api/v1/keys") => Some(json!({ "name": "another key" })),
        ("post", path) => word(words, path).map(|word| word.body.clone()),
        ("put", "/api/v1/session/password") => Some(json!({ "old": PASSWORD, "new": "battery staple" })),
        ("put", path) => word(words, path).map(|word| json!({ "ids": word.ids })),
        ("patch", _) => Some(json!({ "name": "renamed" })),
        _ => None,
    }
}

/// An integration with the other domain.
fn integration_to_the_other(name: &str) -> Value {
    json!({ "name": name, "url": URL, "key": STRANGER, "events": ["status"], "author": "1" })
}

fn upper(method: &str) -> &'static str {
    match method {
        "get" => "GET",
        "post" => "POST",
        "patch" => "PATCH",
        "put" => "PUT",
        _ => "DELETE",
    }
}

/// One request for each route of the public API; the URL has no token yet.
async fn public_samples(desk: &Desk) -> Vec<Sample> {
    let ticket = desk.ticket().await;
    for id in ["spare-person", "spare-other"] {
        let person = json!({ "id": id, "personType": 1, "profileType": 2, "businessName": "x" });
        desk.public("POST", "/persons", &person.to_string()).await;
    }
    let new_ticket =
        json!({ "type": 2, "subject": "x", "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }] });
    let form = json!(FORM);
    let new_person = json!({ "personType": 1, "profileType": 2, "businessName": "x" });
    let new_service = json!({ "name": "a service" });
    let service = desk.public("POST", "/services", r#"{"name":"spare"}"#).await.json()["id"].to_string();
    let public = web::ROUTES.iter().filter(|route| route.path.starts_with("/public/v1/"));
    let sample = |route: &web::Route| {
        let (id, new, change) = match route.path {
            "/public/v1/tickets" | "/public/v1/tickets/past" => {
                (ticket.to_string(), &new_ticket, json!({ "subject": "y" }))
            }
            "/public/v1/ticketFileUpload" | "/public/v1/tickets/htmldescription" => {
                (format!("{ticket}&actionId=1"), &form, json!(null))
            }
            "/public/v1/services" => (service.clone(), &new_service, json!({ "description": "y" })),
            _ => ("spare-person".to_owned(), &new_person, json!({ "role": "y" })),
        };
        let (uri, body) = match route.method {
            "get" if route.path.ends_with("/merged") => (route.path.to_owned(), None),
            "post" if route.path.ends_with("Upload") => {
                (format!("{}?id={id}", route.path), Some(new.clone()))
            }
            "post" => (route.path.to_owned(), Some(new.clone())),
            "patch" => (format!("{}?id={id}", route.path), Some(change)),
            _ => (format!("{}?id={id}", route.path), None),
        };
        Sample { method: upper(route.method), names: uri.contains('?'), uri, body, needs: route.needs }
    };
    let mut samples: Vec<Sample> = public.map(sample).collect();
    samples.sort_by_key(|sample| sample.method == "DELETE");
    samples
}

/// Asks a sample of either API with this key.
async fn ask(desk: &Desk, sample: &Sample, key: &str) -> Answer {
    if sample.uri.starts_with("/api/") {
        return desk.call(sample.method, &sample.uri, key, sample.body.as_ref()).await;
    }
    let joint = if sample.uri.contains('?') { '&' } else { '?' };
    let uri = format!("{}{joint}token={key}", sample.uri);
    let request = Request::builder().method(sample.method).uri(uri);
    desk.send(with_body(request, sample.body.as_ref())).await
}

/// A word of each kind that the first domain alone has.
struct Word {
    path: &'static str,
    /// Another one of its kind.
    body: Value,
    id: String,
    /// All of its kind, in order.
    ids: Vec<String>,
}

/// The word that a route is about.
fn word<'w>(words: &'w [Word], path: &str) -> Option<&'w Word> {
    words.iter().find(|word| {
        path == word.path || path.strip_prefix(word.path).is_some_and(|rest| rest.starts_with('/'))
    })
}

async fn words(desk: &Desk) -> Vec<Word> {
    let mut words = Vec::new();
    for path in ["statuses", "urgencies", "categories", "services", "custom-fields", "sla-agreements"] {
        let path: &'static str = format!("/api/v1/{path}").leak();
        let named = |name: &str| match path {
            "/api/v1/statuses" => json!({ "name": name, "base_status": "Stopped" }),
            _ => json!({ "name": name }),
        };
        let id = desk.ok("POST", path, Some(&named("of the first")), 201).await.json()["id"].clone();
        let items = desk.get(path).await["items"].clone();
        let ids = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        words.push(Word {
            path,
            body: named("another"),
            id: id.as_str().unwrap().into(),
            ids: ids.collect(),
        });
    }
    words
}

async fn without_key(desk: &Desk, sample: &Sample, header: Option<&str>) -> Answer {
    let mut request = Request::builder().method(sample.method).uri(&sample.uri);
    if let Some(value) = header {
        request = request.header("authorization", value);
    }
    let body = sample.body.as_ref().map_or_else(Body::empty, |json| Body::from(json.to_string()));
    desk.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn a_request_without_a_good_key_is_refused_and_does_nothing() {
    let desk = Desk::open().await;
    let (samples, public_samples) = (samples(&desk).await, public_samples(&desk).await);
    let before = desk.everything().await;
    for sample in samples {
        for header in [None, Some("Bearer wrong"), Some("Basic eDp5"), Some("Bearer "), Some("Bearer")] {
            let answer = without_key(&desk, &sample, header).await;
            assert_eq!(answer.status, 401, "{} {} {header:?}", sample.method, sample.uri);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert!(!answer.text.contains("wrong"), "{answer:?}");
        }
        assert_eq!(before, desk.everything().await, "{} {}", sample.method, sample.uri);
    }
    for sample in public_samples {
        for key in ["", "wrong"] {
            let answer = ask(&desk, &sample, key).await;
            assert_eq!(answer.status, 401, "{} {}", sample.method, sample.uri);
            assert!(answer.json()["message"].as_str().unwrap().contains("key"), "{answer:?}");
        }
        assert_eq!(before, desk.everything().await, "{} {}", sample.method, sample.uri);
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
            // Every domain has words of its own.
            assert!(!answer.text.contains("of the first"), "{place}");
            if sample.uri.ends_with("/statuses") || sample.uri.ends_with("/urgencies") {
                continue;
            }
            for item in answer.json()["items"].as_array().into_iter().flatten() {
                // Where its own half of the integration tells.
                if item["url"].as_str().is_some_and(|url| url.contains("/integrations/int_")) {
                    continue;
                }
                let own = ["Person 1", "administrators", "agents", "customers"].map(|name| json!(name));
                assert!(own.contains(&item["name"]), "{place}");
            }
        } else if sample.uri.ends_with("/resend") {
            assert_eq!(answer.json()["count"], 0, "{place}");
        }
        if sample.names || sample.method != "POST" || sample.uri.ends_with("/resend") {
            assert_eq!(before, desk.everything().await, "{place}");
        }
    }
    for sample in public_samples(&desk).await.iter().filter(|sample| sample.names) {
        let before = desk.everything().await;
        let answer = ask(&desk, sample, STRANGER).await;
        assert_eq!(answer.status, 404, "{} {}: {}", sample.method, sample.uri, answer.text);
        assert_eq!(before, desk.everything().await);
    }
}

#[tokio::test]
async fn a_profile_without_the_parameter_is_told_which_one_it_needs() {
    let desk = Desk::open_with(everybody).await;
    let mut all = samples(&desk).await;
    all.extend(public_samples(&desk).await);
    for sample in all {
        let Needs::Grant(grant) = sample.needs else { continue };
        for key in [&key_without(grant), NOTHING] {
            let before = desk.everything().await;
            let answer = ask(&desk, &sample, key).await;
            let place = format!("{} {} with {key}", sample.method, sample.uri);
            assert_eq!(answer.status, 403, "{place}: {}", answer.text);
            assert!(answer.text.contains(&grant.name()), "{place}: {}", answer.text);
            assert_eq!(before, desk.everything().await, "{place}");
        }
    }
}

#[tokio::test]
async fn a_profile_with_the_parameter_alone_is_let_in() {
    let desk = Desk::open_with(everybody).await;
    let mut all = samples(&desk).await;
    all.extend(public_samples(&desk).await);
    for sample in all {
        let key = match sample.needs {
            Needs::Grant(grant) => key_with_only(grant),
            _ => NOTHING.to_owned(),
        };
        // The session of the sample is the administrator's: only one's own needs nothing.
        if sample.uri.starts_with("/api/v1/sessions/") {
            continue;
        }
        let answer = ask(&desk, &sample, &key).await;
        let refused = [401, 403].contains(&answer.status.as_u16());
        assert!(!refused, "{} {} with {key}: {}", sample.method, sample.uri, answer.text);
    }
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
        // What it names is closed; a story of its own calls one off.
        let calls_off = sample.uri.ends_with("/cancel") && answer.status == 409;
        assert!(answer.status.is_success() || calls_off, "{} {}: {}", sample.method, sample.uri, answer.text);
    }
}

#[tokio::test]
async fn ids_that_are_none_are_not_found() {
    let desk = Desk::open().await;
    let before = desk.everything().await;
    let ids = ["x", "trg_", "dlv_0000000000000", "trg_zzzzzzzzzzzzz", "..%2F..", "%00", "%ff", "0", "-1"];
    for web::Route { method, path: pattern, .. } in
        web::ROUTES.iter().filter(|route| route.path.contains('{'))
    {
        for id in ids {
            let uri = pattern.replace("{id}", id).replace("{key}", id).replace("{number}", id);
            let answer = desk.call(&method.to_uppercase(), &uri, KEY, None).await;
            assert_eq!(answer.status, 404, "{method} {uri}: {}", answer.text);
            assert_eq!(answer.header("content-type"), "application/problem+json", "{uri}");
        }
        assert_eq!(before, desk.everything().await, "{method} {pattern}");
    }
}
