//! The pages of integrations, with both domains in one server: set up, refused, shown, put back, disabled, removed; the
//! counterparts of tickets; and triggers that an integration keeps.

use super::integrations::{linked, their_half, theirs};
use super::support::pages::{look, submit_as};
use super::support::{AGENT, Answer, Desk, KEY, STRANGER, URL};
use http::StatusCode;
use serde_json::json;

const LIST: &str = "/settings/account/integrations";
const NEW: &str = "/settings/account/integrations/new";

async fn open(desk: &Desk, uri: &str) -> String {
    let answer = look(desk, KEY, uri, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text);
    answer.text
}

async fn post(desk: &Desk, uri: &str, fields: &[(&str, &str)]) -> Answer {
    submit_as(desk, KEY, uri, fields, false).await
}

/// Posts a form that is carried out, and opens where it leads.
async fn then(desk: &Desk, uri: &str, fields: &[(&str, &str)]) -> (String, String) {
    let answer = post(desk, uri, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{uri}: {}", answer.text);
    let there = answer.header("location").to_owned();
    let html = open(desk, &there).await;
    (there, html)
}

/// The form as a browser sends it when only the other side and the name are filled in.
fn filled() -> Vec<(&'static str, &'static str)> {
    let mut all = vec![("url", URL), ("key", STRANGER), ("name", "Supplier"), ("author", "1")];
    for event in ["creation", "public_actions", "status", "attachments"] {
        all.extend([("events", event), ("was", event)]);
    }
    for field in ["type", "status", "urgency", "category", "service", "client"] {
        let name = |what: &str| -> &'static str { format!("map.{field}.{what}").leak() };
        all.extend([(name("theirs"), ""), (name("ours"), ""), (name("default"), "")]);
        if field != "client" {
            all.push((name("as_is"), "1"));
        }
    }
    let lines = [
        ("ticket", "created"),
        ("ticket", "action_added"),
        ("status", "changed"),
        ("ticket", "action_edited"),
    ];
    for (at, (field, operator)) in lines.into_iter().enumerate() {
        all.push((format!("any.{at}.field").leak(), field));
        all.push((format!("any.{at}.operator").leak(), operator));
    }
    all.extend([("both_ways", "1"), ("there_too", "1")]);
    all
}

fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

#[tokio::test]
async fn two_domains_are_linked_put_back_disabled_and_parted_on_the_pages() {
    let desk = Desk::open().await;
    let html = open(&desk, LIST).await;
    assert!(html.contains("No integration yet") && html.contains(NEW), "{html}");
    let html = open(&desk, NEW).await;
    assert!(html.contains("id=\"any-3-field\"") && html.contains("value=\"creation\" checked"), "{html}");

    let checked = post(&desk, NEW, &with(filled(), "do", "check")).await;
    assert_eq!(checked.status, StatusCode::OK);
    assert!(checked.text.contains("accepts the key") && checked.text.contains("value=\"Supplier\""));
    assert_eq!(desk.get("/api/v1/integrations").await["items"], json!([]));

    let (there, html) = then(&desk, NEW, &with(filled(), "do", "save")).await;
    let page = there.split('?').next().unwrap().to_owned();
    assert!(html.contains("The domains are linked") && html.contains("As agreed"), "{html}");
    let half = desk.get("/api/v1/integrations").await["items"][0].clone();
    assert_eq!((&half["conditions"], &half["mapping"]["status"]["values"]), (&json!(null), &json!({})));
    assert!(html.contains(&format!("/settings/automation/triggers/{}", half["trigger"].as_str().unwrap())));
    assert!(open(&desk, LIST).await.contains("Supplier"));

    let theirs_id = their_half(&desk).await["trigger"].as_str().unwrap().to_owned();
    theirs(&desk, "POST", &format!("/api/v1/triggers/{theirs_id}/disable"), None).await;
    let html = open(&desk, &page).await;
    assert!(html.contains("The trigger was disabled") && html.contains("put-back"), "{html}");
    let (_, html) = then(&desk, &page, &[("do", "restore")]).await;
    assert!(!html.contains("The trigger was disabled") && !html.contains("put-back"), "{html}");
    let (_, html) = then(&desk, &page, &[("do", "check")]).await;
    assert!(html.contains("everything is in place"), "{html}");

    let (_, html) = then(&desk, &page, &[("do", "disable")]).await;
    assert!(html.contains("Nothing crosses") && html.contains("value=\"enable\""), "{html}");
    assert_eq!(their_half(&desk).await["enabled"], false);
    then(&desk, &page, &[("do", "enable")]).await;

    let question = post(&desk, &format!("{page}/delete"), &[]).await;
    assert_eq!(question.status, StatusCode::OK);
    assert!(question.text.contains("Remove Supplier?") && question.text.contains("name=\"confirmed\""));
    let (_, html) = then(&desk, &format!("{page}/delete"), &[("confirmed", "1")]).await;
    assert!(html.contains("The integration was removed") && html.contains("No integration yet"));
    for key in [KEY, STRANGER] {
        let triggers = desk.call("GET", "/api/v1/triggers", key, None).await.json();
        assert_eq!(triggers["items"], json!([]));
    }
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_made() {
    let desk = Desk::open().await;
    let before = desk.get("/api/v1/triggers").await;
    let cases = [
        ("key", AGENT, "key-fault", "Allow creating triggers"),
        ("key", "wrong", "key-fault", "does not know this key"),
        ("key", KEY, "key-fault", "belongs to the domain that asks"),
        ("url", "ftp://x", "url-fault", "must begin with https"),
        ("url", "https://elsewhere.example", "url-fault", "too old"),
        ("name", "", "name-fault", "is empty"),
        ("author", "carl", "author-fault", "no active agent"),
        ("map.status.default", "Nowhere", "map-status-default-fault", "no status `Nowhere`"),
        ("map.client.default", "nobody", "map-client-default-fault", "no client `nobody`"),
    ];
    for (field, value, id, words) in cases {
        let answer = post(&desk, NEW, &with(with(filled(), field, value), "do", "save")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        let beside = answer.text.split(&format!("class=\"fault\" id=\"{id}\">")).nth(1);
        let beside = beside.unwrap_or_else(|| panic!("{id}: {}", answer.text)).split("</p>").next().unwrap();
        assert!(beside.contains(words), "{beside}");
        assert!(answer.text.contains("id=\"faults\"") && answer.text.contains(&format!("value=\"{value}\"")));
    }
    let mut lines = with(filled(), "do", "save");
    lines.extend([("map.status.theirs", "Waiting"), ("map.status.ours", "Gone")]);
    let answer = post(&desk, NEW, &lines).await;
    assert!(answer.text.contains("no status `Gone`") && answer.text.contains("value=\"Waiting\""));
    assert!(answer.text.contains("href=\"#map-status\""), "{}", answer.text);
    let mut nothing = with(filled(), "do", "save");
    nothing.retain(|(name, _)| *name != "events");
    assert!(post(&desk, NEW, &nothing).await.text.contains("events-fault"));
    let wrong = [("all.0.field", "status"), ("all.0.operator", "is"), ("all.0.value", "Nowhere")];
    let answer = post(&desk, NEW, &[with(filled(), "do", "save"), wrong.to_vec()].concat()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        (desk.get("/api/v1/triggers").await, desk.get("/api/v1/integrations").await["items"].clone()),
        (before, json!([]))
    );
    let there = desk.call("GET", "/api/v1/triggers", STRANGER, None).await.json();
    assert_eq!(there["items"], json!([]));
}

#[tokio::test]
async fn conditions_follow_what_is_ticked_until_they_are_touched_and_are_kept_then() {
    let desk = Desk::open().await;
    let mut fewer = filled();
    fewer.retain(|pair| *pair != ("events", "status"));
    let part = submit_as(&desk, KEY, NEW, &fewer, true).await;
    assert!(part.text.starts_with("<form") && part.text.contains("any-2-field"), "{}", part.text);
    assert!(!part.text.contains("any-3-field"));
    let own = [("all.0.field", "type"), ("all.0.operator", "is"), ("all.0.value", "public")];
    let touched = [with(fewer, "do", "save"), own.to_vec()].concat();
    let (there, _) = then(&desk, NEW, &touched).await;
    for half in [desk.get("/api/v1/integrations").await["items"][0].clone(), their_half(&desk).await] {
        assert_eq!(half["conditions"]["all"][0]["value"], "public", "{half:#}");
    }
    let edit = format!("{}/edit", there.split('?').next().unwrap());
    let html = open(&desk, &edit).await;
    assert!(html.contains("id=\"all-0-field\"") && !html.contains(STRANGER), "{html}");
    let mut all = with(with(filled(), "key", ""), "name", "Renamed");
    all.extend([("map.status.theirs", "Waiting"), ("map.status.ours", "New"), ("do", "save")]);
    let (_, html) = then(&desk, &edit, &all).await;
    assert!(html.contains("Saved.") && html.contains("<h1>Renamed</h1>"), "{html}");
    let half = desk.get("/api/v1/integrations").await["items"][0].clone();
    assert_eq!(
        (&half["conditions"], &half["mapping"]["status"]["values"]["Waiting"]),
        (&json!(null), &json!("New"))
    );
    let checked = post(&desk, &edit, &with(with(filled(), "key", ""), "do", "check")).await;
    assert!(checked.text.contains("accepts the key"), "{}", checked.text);
}

#[tokio::test]
async fn the_page_of_an_integration_that_the_other_side_removed_is_gone() {
    let desk = Desk::open().await;
    linked(&desk, true).await;
    let half = desk.get("/api/v1/integrations").await["items"][0]["id"].as_str().unwrap().to_owned();
    let page = format!("{LIST}/{half}");
    let there = their_half(&desk).await["id"].as_str().unwrap().to_owned();
    let uri = format!("/api/v1/integrations/{there}?anyway=true");
    theirs(&desk, "DELETE", &uri, None).await;
    let gone = look(&desk, KEY, &page, &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "removing takes both halves");
}

#[tokio::test]
async fn a_ticket_gets_its_counterpart_on_its_page() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let page = format!("/tickets/{ticket}");
    assert!(!open(&desk, &page).await.contains("id=\"counterpart\""));
    let half = linked(&desk, true).await["id"].as_str().unwrap().to_owned();
    let html = open(&desk, &page).await;
    assert!(html.contains("Create over there") && html.contains("by the integration Supplier"), "{html}");
    let form = format!("{page}/counterpart");
    let wrong = [("do", "link"), ("integration", half.as_str()), ("number", "4711")];
    let answer = post(&desk, &form, &wrong).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains("counterpart-fault") && answer.text.contains("value=\"4711\""));
    let answer = post(&desk, &form, &[("do", "link"), ("integration", half.as_str()), ("number", "x")]).await;
    assert!(answer.text.contains("Give the number"), "{}", answer.text);
    let (_, html) = then(&desk, &form, &[("do", "open"), ("integration", half.as_str())]).await;
    assert!(
        html.contains("The counterpart was opened") && html.contains("<span class=\"tag\">New</span>"),
        "{html}"
    );
    assert!(!html.contains("Create over there"));
    let other = look(&desk, STRANGER, "/tickets/1", &[]).await;
    assert!(other.text.contains("id=\"counterpart\""), "{}", other.text);
    // Somebody who may write tickets alone sees it too, without the way to the integration.
    let hers = look(&desk, AGENT, &page, &[]).await;
    assert!(hers.text.contains("id=\"counterpart\"") && !hers.text.contains(LIST));
    let part = [("do", "part"), ("integration", half.as_str())];
    let (_, html) = then(&desk, &form, &part).await;
    assert!(html.contains("no longer linked") && html.contains("Create over there"), "{html}");
    assert!(!look(&desk, STRANGER, "/tickets/1", &[]).await.text.contains("value=\"part\""));
    then(&desk, &form, &[("do", "link"), ("integration", half.as_str()), ("number", "1")]).await;
    let (_, html) = then(&desk, &format!("{LIST}/{half}/delete"), &[("confirmed", "1")]).await;
    assert!(html.contains("removed"));
    assert!(open(&desk, &page).await.contains("Integration removed"));
    then(&desk, &form, &part).await;
    assert!(!open(&desk, &page).await.contains("id=\"counterpart\""), "the ended link can be taken away");
}

#[tokio::test]
async fn a_trigger_that_an_integration_keeps_says_so_wherever_it_is_named() {
    let desk = Desk::open().await;
    let half = linked(&desk, true).await;
    let trigger = half["trigger"].as_str().unwrap();
    let link = format!("{LIST}/{}", half["id"].as_str().unwrap());
    desk.ticket().await;
    desk.until("/api/v1/deliveries", |list| list["items"][0]["status"] == "delivered").await;
    let delivery = desk.get("/api/v1/deliveries").await["items"][0]["id"].as_str().unwrap().to_owned();
    for uri in [
        "/settings/automation/triggers".to_owned(),
        format!("/settings/automation/triggers/{trigger}"),
        "/settings/automation/webhook-log".to_owned(),
        format!("/settings/automation/webhook-log/{delivery}"),
    ] {
        let html = open(&desk, &uri).await;
        assert!(html.contains("Kept by the integration Supplier") && html.contains(&link), "{uri}: {html}");
    }
    let html = open(&desk, &link).await;
    assert!(html.contains(&delivery) && html.contains("Linked tickets"), "{html}");
}

#[tokio::test]
async fn names_are_escaped_and_those_without_the_parameter_are_refused() {
    let desk = Desk::open().await;
    let evil = "<script>alert(1)</script>\"'{{7*7}}";
    let fields = [
        with(with(filled(), "name", evil), "do", "save"),
        vec![("map.type.theirs", evil), ("map.type.ours", "public")],
    ]
    .concat();
    let (there, html) = then(&desk, NEW, &fields).await;
    let page = there.split('?').next().unwrap();
    for html in [html, open(&desk, LIST).await, open(&desk, &format!("{page}/edit")).await] {
        assert!(!html.contains("<script>alert") && html.contains("&#60;script&#62;alert(1)"), "{html}");
    }
    for uri in [LIST, NEW, page] {
        let answer = look(&desk, AGENT, uri, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{uri}");
        assert!(answer.text.contains("Allow accessing the integration center"), "{}", answer.text);
    }
    assert_eq!(look(&desk, STRANGER, page, &[]).await.status, StatusCode::NOT_FOUND);
}
