//! What becomes of a ticket and its counterpart when an answer is lost, when one of them is deleted or they are unlinked,
//! and of what an integration tells when it ends.

use super::integrations_rules::{change, counterpart, say, settled, texts, ticket, until};
use super::integrations_settings::{THERE, linked, open};
use super::support::pages::page;
use super::support::receivers::Break;
use super::support::{Desk, FORM, KEY, URL};
use serde_json::{Value, json};

const ALL: [&str; 4] = ["creation", "public_actions", "status", "attachments"];

/// Everything known of a ticket after its last change.
async fn last(desk: &Desk, number: i64) -> Value {
    let changes = desk.get(&format!("/api/v1/changes?ticket={number}")).await;
    desk.get(&format!("/api/v1/changes/{}", changes["items"][0]["id"].as_str().unwrap())).await
}

/// Waits until a ticket shows its counterpart in this status; none when it has no counterpart.
async fn shows(desk: &Desk, number: i64, status: Option<&str>) {
    for _ in 0..2_000 {
        if last(desk, number).await["after"]["links"][0]["status"].as_str() == status {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("ticket {number} never shows {status:?}: {:#}", last(desk, number).await);
}

async fn integration(desk: &Desk) -> String {
    desk.get("/api/v1/integrations").await["items"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_said_on_a_new_counterpart_before_it_is_known_over_here_crosses_once() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    // The other side learns what there is, and cannot say what it opened.
    let mut breaks = vec![None];
    breaks.resize(500, Some(Break::Call));
    there.receivers.break_next(&breaks);
    let ours = open(&here, json!({})).await;
    let list =
        there.until(&format!("/public/v1/tickets?token={KEY}&$select=id"), |list| list[0].is_object()).await;
    let theirs = list[0]["id"].as_str().unwrap().parse().unwrap();
    say(&there, KEY, theirs, 2, "at once").await;
    there.receivers.mend();
    let found = until(&here, KEY, ours, |ticket| texts(ticket).len() == 2).await;
    assert_eq!(texts(&found), ["begun", "at once"]);
    say(&here, KEY, ours, 2, "thanks").await;
    until(&there, KEY, theirs, |ticket| texts(ticket).len() == 3).await;
    for desk in [&here, &there] {
        settled(desk).await;
    }
    assert_eq!(texts(&ticket(&here, KEY, ours).await), ["begun", "at once", "thanks"]);
    assert_eq!(texts(&ticket(&there, KEY, theirs).await), ["begun", "at once", "thanks"]);
}

#[tokio::test]
async fn both_show_the_status_of_the_other_one_whoever_changed_it() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    for (desk, number, status) in [(&here, ours, "In attendance"), (&there, theirs, "Resolved")] {
        change(desk, KEY, number, json!({ "status": status })).await;
        shows(&here, ours, Some(status)).await;
        shows(&there, theirs, Some(status)).await;
    }
}

#[tokio::test]
async fn a_status_that_is_told_after_unlinking_links_nothing() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    settled(&here).await;
    let trigger = there.get("/api/v1/triggers").await["items"][0].clone();
    let url = trigger["actions"][0]["url"].as_str().unwrap().replace(URL, "");
    let (receiver, secret) = url.split_once("/receive?secret=").unwrap();
    let tell = async |status: &str| {
        let ask = json!({ "ask": "status", "number": ours, "theirs": theirs, "status": status });
        let answer = here.call("POST", &format!("{receiver}/ask"), secret, Some(&ask)).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    };
    tell("Closed").await;
    shows(&here, ours, Some("Closed")).await;
    let by = format!("/api/v1/tickets/{ours}/counterpart?integration={}", integration(&here).await);
    here.ok("DELETE", &by, None, 204).await;
    tell("Resolved").await;
    shows(&here, ours, None).await;
    // Nor does what a message that was under way would link.
    let ask = json!({
        "ask": "link", "number": ours, "theirs": theirs, "version": 1, "status": "New", "seen": 1,
    });
    let answer = here.call("POST", &format!("{receiver}/ask"), secret, Some(&ask)).await.json();
    assert_eq!(answer["is_linked"], false, "{answer}");
    shows(&here, ours, None).await;
}

#[tokio::test]
async fn what_is_refused_over_there_holds_nothing_else_up() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    // A reason that only the other side asks for.
    let statuses = there.get("/api/v1/statuses").await;
    let waiting =
        statuses["items"].as_array().unwrap().iter().find(|status| status["name"] == "Waiting").unwrap();
    let uri = format!("/api/v1/statuses/{}", waiting["id"].as_str().unwrap());
    there
        .ok("PATCH", &uri, Some(&json!({ "justifications": ["Parts"], "requires_justification": true })), 200)
        .await;
    for desk in [&here, &there] {
        settled(desk).await;
    }
    let held = here.get("/api/v1/endpoints").await["items"][0]["id"].as_str().unwrap().to_owned();
    here.ok("POST", &format!("/api/v1/endpoints/{held}/pause"), None, 200).await;
    change(&here, KEY, ours, json!({ "status": "Waiting" })).await;
    here.ok("POST", &format!("/api/v1/tickets/{ours}/actions/1/attachments"), Some(&json!(FORM)), 201).await;
    say(&here, KEY, ours, 2, "we wait for parts").await;
    here.ok("POST", &format!("/api/v1/endpoints/{held}/resume"), None, 200).await;
    let copy = until(&there, KEY, theirs, |ticket| texts(ticket).len() == 2).await;
    assert_eq!(copy["status"], "New");
    assert_eq!(copy["actions"][0]["attachments"].as_array().map(Vec::len), Some(1), "{copy:#}");
    let note =
        last(&there, theirs).await["after"]["links"][0]["note"].as_str().unwrap_or_default().to_owned();
    assert!(note.contains("not taken over"), "{note}");
}

#[tokio::test]
async fn a_second_counterpart_gets_the_whole_thread_and_what_comes_later_to_its_entries() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let first = counterpart(&here, KEY, ours).await;
    say(&here, KEY, ours, 2, "more").await;
    until(&there, KEY, first, |ticket| texts(ticket).len() == 2).await;
    let uri = format!("/api/v1/tickets/{ours}/counterpart");
    let id = integration(&here).await;
    here.ok("DELETE", &format!("{uri}?integration={id}"), None, 204).await;
    here.ok("POST", &uri, Some(&json!({ "integration": id })), 201).await;
    let second = counterpart(&here, KEY, ours).await;
    assert_ne!(first, second);
    assert_eq!(texts(&ticket(&there, KEY, second).await), ["begun", "more"]);
    here.ok("POST", &format!("/api/v1/tickets/{ours}/actions/2/attachments"), Some(&json!(FORM)), 201).await;
    let files = |ticket: &Value| ticket["actions"][1]["attachments"].as_array().map_or(0, Vec::len);
    until(&there, KEY, second, |ticket| files(ticket) == 1).await;
    assert_eq!(files(&ticket(&there, KEY, first).await), 0);
}

#[tokio::test]
async fn files_cross_in_both_directions() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    say(&there, KEY, theirs, 2, "from there").await;
    until(&here, KEY, ours, |ticket| texts(ticket).len() == 2).await;
    let sides = [(&here, ours, &there, theirs, 1), (&there, theirs, &here, ours, 2)];
    for (from, number, to, counterpart, action) in sides {
        let uri = format!("/api/v1/tickets/{number}/actions/{action}/attachments");
        from.ok("POST", &uri, Some(&json!(FORM)), 201).await;
        let file = |ticket: &Value| ticket["actions"][action - 1]["attachments"][0]["path"].clone();
        let copy = until(to, KEY, counterpart, |ticket| file(ticket).is_string()).await;
        let uri = format!("/files/{}", file(&copy).as_str().unwrap());
        assert_eq!(to.ok("GET", &uri, None, 200).await.text, "a");
    }
    for desk in [&here, &there] {
        settled(desk).await;
    }
    let files = |ticket: &Value| {
        ticket["actions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action["attachments"].as_array().map_or(0, Vec::len))
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&ticket(&here, KEY, ours).await), [1, 1], "nothing came back");
}

#[tokio::test]
async fn a_chain_that_goes_to_and_fro_by_two_integrations_ends() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let again = super::integrations_settings::body(&ALL, true, json!({}));
    here.ok("POST", "/api/v1/integrations", Some(&again), 201).await;
    open(&here, json!({})).await;
    let count = async |desk: &Desk| {
        let list = desk.get(&format!("/public/v1/tickets?token={KEY}&$select=id")).await;
        list.as_array().unwrap().len()
    };
    // Each of the two opens a counterpart, for which the other one opens one over here, and so on.
    let mut all = 0;
    while count(&here).await + count(&there).await > all {
        all = count(&here).await + count(&there).await;
        for desk in [&here, &there] {
            settled(desk).await;
        }
    }
    assert!((10..=30).contains(&all), "{all} tickets of one");
}

#[tokio::test]
async fn a_ticket_that_is_deleted_lets_its_counterpart_go() {
    let (here, there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    there.ok("DELETE", &format!("/api/v1/tickets/{theirs}"), None, 204).await;
    say(&here, KEY, ours, 2, "is anybody there?").await;
    shows(&here, ours, None).await;
    settled(&here).await;
    // And by hand, before anything is told.
    let ours = open(&here, json!({})).await;
    let theirs = counterpart(&here, KEY, ours).await;
    there.ok("DELETE", &format!("/api/v1/tickets/{theirs}"), None, 204).await;
    let by = format!("/api/v1/tickets/{ours}/counterpart?integration={}", integration(&here).await);
    here.ok("DELETE", &by, None, 204).await;
    shows(&here, ours, None).await;
}

#[tokio::test]
async fn what_an_integration_told_gives_up_when_it_is_removed() {
    let (here, _there) = linked(&ALL, true, json!({})).await;
    let ours = open(&here, json!({})).await;
    counterpart(&here, KEY, ours).await;
    settled(&here).await;
    here.receivers.connect(THERE, None);
    say(&here, KEY, ours, 2, "to nobody").await;
    let tried = |log: &Value| log["items"][0]["attempts"].as_i64() > Some(3);
    here.until("/api/v1/deliveries?status=retrying", tried).await;
    let id = integration(&here).await;
    let shown = page(&here, &format!("/settings/account/integrations/{id}")).await;
    let told =
        shown.split_once("<dt>Waiting</dt><dd>1</dd>").map(|(_, rest)| rest.split_once("</dl>").unwrap().0);
    let told = told.unwrap_or_else(|| panic!("{shown}"));
    assert!(told.contains("<dt>Lag</dt><dd>") && !told.contains("<dt>Lag</dt><dd>–"), "{told}");
    assert!(told.contains("the connection was refused"), "{told}");
    let uri = format!("/api/v1/integrations/{}", integration(&here).await);
    here.ok("DELETE", &format!("{uri}?anyway=true"), None, 204).await;
    here.until("/api/v1/deliveries?status=failed", |log| log["items"][0].is_object()).await;
}

#[tokio::test]
async fn a_full_backlog_keeps_nothing_from_crossing() {
    let desk = Desk::with(|settings| settings.backlog_max = 0).await;
    super::integrations::linked(&desk, true).await;
    let ours = desk.ticket().await;
    counterpart(&desk, KEY, ours).await;
}
