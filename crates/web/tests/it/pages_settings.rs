//! The pages of settings: people, access profiles, teams, classification, and one's own language and zone.

use super::support::pages::{encoded, posting};
use super::support::{Answer, Desk, KEY};
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use serde_json::json;
use std::net::SocketAddr;

const PROFILES: &str = "/settings/people/access-profiles";
const GIVEN: &str = "correct horse battery";
const OWN: &str = "another password";

async fn send(desk: &Desk, request: http::request::Builder, body: Body) -> Answer {
    let mut request = request.header("host", "desk.example").body(body).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 5_000))));
    desk.send(request).await
}

/// Signs a person of the first domain in, past the change of the given password; answers the session's cookie.
async fn sign_in(desk: &Desk, id: &str) -> String {
    let uri = format!("/api/v1/people/{id}/password");
    desk.ok("POST", &uri, Some(&json!({ "password": GIVEN, "user": format!("user-{id}") })), 200).await;
    let body = json!({ "user": format!("user-{id}"), "password": GIVEN }).to_string();
    let request = Request::builder().method("POST").uri("/api/v1/session");
    let answer = send(desk, request, Body::from(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let body = json!({ "old": GIVEN, "new": OWN }).to_string();
    let request = Request::builder().method("PUT").uri("/api/v1/session/password").header("cookie", &cookie);
    assert_eq!(send(desk, request, Body::from(body)).await.status, 204);
    cookie
}

async fn look(desk: &Desk, cookie: &str, uri: &str) -> Answer {
    let request = Request::builder().uri(uri).header("cookie", cookie);
    send(desk, request, Body::empty()).await
}

async fn page(desk: &Desk, cookie: &str, uri: &str) -> String {
    let answer = look(desk, cookie, uri).await;
    assert_eq!(answer.status, 200, "{uri}: {}", answer.text);
    answer.text
}

async fn post(desk: &Desk, cookie: &str, uri: &str, fields: &[(&str, &str)]) -> Answer {
    send(desk, posting(uri, cookie, "same-origin"), encoded(fields)).await
}

/// Posts a form that is carried out, and answers where it leads.
async fn submit(desk: &Desk, cookie: &str, uri: &str, fields: &[(&str, &str)]) -> String {
    let answer = post(desk, cookie, uri, fields).await;
    assert_eq!(answer.status, 303, "{uri}: {}", answer.text);
    answer.header("location").to_owned()
}

/// The address of the page of a profile.
async fn profile(desk: &Desk, cookie: &str, name: &str) -> String {
    let html = page(desk, cookie, PROFILES).await;
    let before = html.split(&format!("\">{name}</a>")).next().unwrap();
    before.rsplit("href=\"").next().unwrap().to_owned()
}

#[tokio::test]
async fn a_ticked_parameter_is_in_force_at_the_next_request_of_people_who_are_signed_in() {
    let desk = Desk::open().await;
    let (boss, ana) = (sign_in(&desk, "1").await, sign_in(&desk, "ana").await);
    let triggers = "/settings/automation/triggers";
    let refused = look(&desk, &ana, triggers).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("Allow creating triggers"), "{}", refused.text);
    assert!(!page(&desk, &ana, "/account").await.contains(triggers));
    let agents = profile(&desk, &boss, "agents").await;
    let html = page(&desk, &boss, &agents).await;
    assert!(html.contains("Allow creating triggers") && html.contains("<legend>Tickets</legend>"), "{html}");
    let form = [("name", "agents"), ("is_default", "on"), ("grants", "allow_reading_all_tickets")];
    let ticked = [form.as_slice(), &[("grants", "allow_creating_triggers")]].concat();
    assert_eq!(submit(&desk, &boss, &agents, &ticked).await, format!("{agents}?note=saved"));
    assert!(page(&desk, &ana, "/account").await.contains(triggers));
    assert_eq!(look(&desk, &ana, triggers).await.status, 200);
    submit(&desk, &boss, &agents, &form).await;
    assert!(!page(&desk, &ana, "/account").await.contains(triggers));
    assert_eq!(look(&desk, &ana, triggers).await.status, 403);
}

#[tokio::test]
async fn faults_of_a_profile_stand_beside_their_fields() {
    let desk = Desk::open().await;
    let boss = sign_in(&desk, "1").await;
    let form = [("name", ""), ("user_type", "customers"), ("grants", "allow_managing_sla")];
    let answer = post(&desk, &boss, &format!("{PROFILES}/new"), &form).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("id=\"name-fault\"") && answer.text.contains("href=\"#grants\""));
    assert!(answer.text.contains("value=\"allow_managing_sla\" checked"), "{}", answer.text);
    let agents = profile(&desk, &boss, "agents").await;
    let answer = post(&desk, &boss, &format!("{agents}/delete"), &[]).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("this is the default profile"), "{}", answer.text);
}

#[tokio::test]
async fn faults_and_refusals_are_told_in_the_readers_language_and_by_the_api_in_english() {
    let desk = Desk::open().await;
    let boss = sign_in(&desk, "1").await;
    let agents = profile(&desk, &boss, "agents").await;
    let bad = [("businessName", ""), ("emails", "nowhere"), ("personType", "1"), ("profileType", "1")];
    for (language, fault, conflict) in [
        ("en", "must be an e-mail address such as", "this is the default profile of agents"),
        ("pt-BR", "deve ser um endereço de e-mail, como", "este é o perfil padrão dos agentes"),
        ("es", "debe ser una dirección de correo electrónico, como", "este es el perfil predeterminado"),
    ] {
        let reader = format!("{boss}; gatilho_language={language}");
        let answer = post(&desk, &reader, "/settings/people/new", &bad).await;
        assert!(answer.text.contains(fault), "{language}: {}", answer.text);
        let answer = post(&desk, &reader, &format!("{agents}/delete"), &[]).await;
        assert!(answer.text.contains(conflict), "{language}: {}", answer.text);
    }
    let body = json!({ "name": "" }).to_string();
    let request = Request::builder()
        .method("POST")
        .uri("/api/v1/people")
        .header("authorization", format!("Bearer {KEY}"))
        .header("accept-language", "pt-BR");
    let answer = send(&desk, request, Body::from(body)).await;
    assert!(answer.status == 400 && answer.text.contains("is missing"), "{}", answer.text);
}

#[tokio::test]
async fn a_person_is_made_changed_found_and_given_a_password() {
    let desk = Desk::open().await;
    let boss = sign_in(&desk, "1").await;
    let bad = [("businessName", ""), ("emails", "nowhere"), ("personType", "1"), ("profileType", "1")];
    let answer = post(&desk, &boss, "/settings/people/new", &bad).await;
    assert_eq!(answer.status, 400);
    for id in ["businessName-fault", "emails-fault"] {
        assert!(answer.text.contains(&format!("id=\"{id}\"")), "{id}: {}", answer.text);
    }
    let evil = "<script>alert(1)</script>\"'{{7*7}}";
    let form = [
        ("businessName", evil),
        ("emails", "bea@desk.example"),
        ("personType", "1"),
        ("profileType", "1"),
        ("id", "a/b"),
        ("teams", "Desk"),
        ("isActive", "on"),
    ];
    let there = submit(&desk, &boss, "/settings/people/new", &form).await;
    assert_eq!(there, "/settings/people/a%2Fb?note=saved");
    let html = page(&desk, &boss, &there).await;
    assert!(!html.contains("<script>alert") && html.contains("&#60;script&#62;alert(1)"), "{html}");
    assert!(html.contains("value=\"Desk\" checked"), "{html}");
    let list = page(&desk, &boss, "/settings/people?search=bea%40desk.example").await;
    assert!(list.contains("/settings/people/a%2Fb") && !list.contains("Person ana"), "{list}");
    let made = post(&desk, &boss, "/settings/people/a%2Fb/password", &[("password", "")]).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
    assert!(made.text.contains("id=\"made\""), "{}", made.text);
    let refused = look(&desk, &sign_in(&desk, "carl").await, "/settings/people").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("Allow reading people"), "{}", refused.text);
}

#[tokio::test]
async fn an_administrator_signs_somebody_out() {
    let desk = Desk::open().await;
    let (boss, ana) = (sign_in(&desk, "1").await, sign_in(&desk, "ana").await);
    assert!(page(&desk, &boss, "/settings/people/ana").await.contains("Signed in at 1 place."));
    submit(&desk, &boss, "/settings/people/ana/end-sessions", &[]).await;
    assert_eq!(look(&desk, &ana, "/account").await.status, 303);
    submit(&desk, &boss, "/settings/people/1/end-sessions", &[]).await;
    assert_eq!(look(&desk, &boss, "/account").await.status, 200);
}

#[tokio::test]
async fn teams_are_added_renamed_and_taken_out_of_use() {
    let desk = Desk::open().await;
    let boss = sign_in(&desk, "1").await;
    let teams = "/settings/people/teams";
    assert_eq!(submit(&desk, &boss, teams, &[("name", "Night")]).await, format!("{teams}?note=saved"));
    let taken = post(&desk, &boss, teams, &[("name", "night")]).await;
    assert!(taken.status == 400 && taken.text.contains("id=\"name-fault\""), "{}", taken.text);
    let json = desk.get("/api/v1/teams").await;
    let items = json["items"].as_array().unwrap();
    let night = items.iter().find(|team| team["name"] == "Night").unwrap()["id"].as_str().unwrap();
    let uri = format!("{teams}/{night}");
    submit(&desk, &boss, &uri, &[("name", "Late")]).await;
    submit(&desk, &boss, &uri, &[("active", "no")]).await;
    let team = desk.ok("GET", &format!("/api/v1/teams/{night}"), None, 200).await.json();
    assert_eq!((team["name"].as_str(), team["is_active"].as_bool()), (Some("Late"), Some(false)));
}

#[tokio::test]
async fn words_are_added_moved_and_taken_out_of_use() {
    let desk = Desk::open().await;
    let boss = sign_in(&desk, "1").await;
    let statuses = "/settings/classification/statuses";
    assert_eq!(look(&desk, &boss, "/settings/classification").await.header("location"), statuses);
    let form =
        [("name", "Waiting for <parts>"), ("base_status", "Stopped"), ("requires_justification", "on")];
    submit(&desk, &boss, statuses, &form).await;
    let html = page(&desk, &boss, statuses).await;
    assert!(
        html.contains("Waiting for &#60;parts&#62;") && html.contains("Requires a justification"),
        "{html}"
    );
    let last = post(&desk, &boss, &format!("{statuses}/1"), &[("active", "no")]).await;
    assert!(last.status == 400 && last.text.contains("last of its base status"), "{}", last.text);
    submit(&desk, &boss, "/settings/classification/urgencies/2", &[("move", "up")]).await;
    let urgencies = desk.get("/api/v1/urgencies").await;
    assert_eq!(
        (&urgencies["items"][0]["name"], &urgencies["items"][1]["name"]),
        (&json!("Medium"), &json!("Low"))
    );
    let services = "/settings/classification/services";
    submit(&desk, &boss, services, &[("name", "Cable"), ("parent", "IT > Network")]).await;
    assert!(page(&desk, &boss, services).await.contains("IT &#62; Network &#62; Cable"));
    let field = [("name", "Color"), ("kind", "single_choice"), ("items", "red\r\ngreen")];
    submit(&desk, &boss, "/settings/classification/custom-fields", &field).await;
    assert_eq!(desk.call("GET", "/api/v1/custom-fields", KEY, None).await.status, 200);
}

#[tokio::test]
async fn pages_speak_the_language_and_the_time_of_ones_record() {
    let desk = Desk::open().await;
    let ana = sign_in(&desk, "ana").await;
    let bad = [("cultureId", "pt-BR"), ("timeZoneId", "Nowhere/Land")];
    let answer = post(&desk, &ana, "/account/preferences", &bad).await;
    assert!(answer.status == 400 && answer.text.contains("id=\"timeZoneId-fault\""), "{}", answer.text);
    let good = [("cultureId", "pt-BR"), ("timeZoneId", "America/Sao_Paulo")];
    submit(&desk, &ana, "/account/preferences", &good).await;
    let html = page(&desk, &ana, "/account").await;
    assert!(html.contains("lang=\"pt-BR\"") && html.contains("-03 (-03:00)"), "{html}");
}
