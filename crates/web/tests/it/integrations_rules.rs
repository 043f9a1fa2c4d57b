//! What crosses an integration: tickets, entries, statuses and files, exactly once, without loops, over outages.

use super::integrations::{body, linked, their_half, theirs};
use super::support::{Answer, Desk, KEY, STRANGER, URL};
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

/// A request to the public API of either domain.
pub(crate) async fn ask(desk: &Desk, key: &str, method: &str, uri: &str, body: &Value) -> Answer {
    let joint = if uri.contains('?') { '&' } else { '?' };
    let request = Request::builder().method(method).uri(format!("/public/v1{uri}{joint}token={key}"));
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let answer = desk.send(request.body(body).unwrap()).await;
    assert!(answer.status.is_success(), "{method} {uri}: {}", answer.text);
    answer
}

pub(crate) async fn ticket(desk: &Desk, key: &str, number: i64) -> Value {
    ask(desk, key, "GET", &format!("/tickets?id={number}"), &Value::Null).await.json()
}

pub(crate) async fn change(desk: &Desk, key: &str, number: i64, change: Value) {
    ask(desk, key, "PATCH", &format!("/tickets?id={number}"), &change).await;
}

/// A request whose answer is not compared with the description: there are very many of them.
async fn quickly(desk: &Desk, method: &str, uri: &str, body: String) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(format!("/public/v1{uri}")).body(Body::from(body));
    let response = desk.router.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

pub(crate) async fn say(desk: &Desk, key: &str, number: i64, kind: i64, text: &str) {
    let body = json!({ "actions": [{ "type": kind, "description": text }] }).to_string();
    let (status, text) = quickly(desk, "PATCH", &format!("/tickets?id={number}&token={key}"), body).await;
    assert!(status.is_success(), "{text}");
}

/// Waits until a ticket is what it must become.
pub(crate) async fn until(desk: &Desk, key: &str, number: i64, ready: impl Fn(&Value) -> bool) -> Value {
    let (uri, mut last) = (format!("/tickets?id={number}&token={key}"), Value::Null);
    for _ in 0..4_000 {
        let (status, text) = quickly(desk, "GET", &uri, String::new()).await;
        if status.is_success() {
            last = serde_json::from_str(&text).unwrap();
            if ready(&last) {
                return last;
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("ticket {number} stays {last:#}");
}

/// The counterpart of a ticket, once it has one.
pub(crate) async fn counterpart(desk: &Desk, key: &str, number: i64) -> i64 {
    let found = until(desk, key, number, |ticket| !ticket["movideskTicketNumber"].is_null()).await;
    assert_eq!(found["linkedToIntegratedTicketNumber"], true);
    found["movideskTicketNumber"].as_i64().unwrap()
}

pub(crate) fn texts(ticket: &Value) -> Vec<&str> {
    ticket["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["description"].as_str().unwrap())
        .collect()
}

/// Waits until nothing is under way in either domain.
pub(crate) async fn settled(desk: &Desk) {
    'domains: for key in [KEY, STRANGER] {
        for _ in 0..2_000 {
            let log = desk.call("GET", "/api/v1/deliveries?limit=100", key, None).await.json();
            let open = |row: &Value| !matches!(row["status"].as_str(), Some("delivered" | "failed" | "held"));
            if !log["items"].as_array().unwrap().iter().any(open) {
                continue 'domains;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("webhooks are still under way");
    }
}

#[tokio::test]
async fn a_ticket_its_entries_and_its_status_cross_in_both_directions() {
    let desk = Desk::open().await;
    linked(&desk, true).await;
    let ours = desk.ticket().await;
    let there = counterpart(&desk, KEY, ours).await;
    let copy = ticket(&desk, STRANGER, there).await;
    assert_eq!((&copy["subject"], &copy["origin"]), (&json!("The printer prints nothing"), &json!(19)));
    assert_eq!(
        (texts(&copy), &copy["actions"][0]["origin"]),
        (vec!["It was switched off and on."], &json!(19))
    );
    assert_eq!(copy["movideskTicketNumber"], ours);
    assert_eq!(copy["clients"][0]["id"], "1", "nobody was mapped, so its author stands as client");
    say(&desk, KEY, ours, 2, "from here").await;
    until(&desk, STRANGER, there, |ticket| texts(ticket).len() == 2).await;
    say(&desk, STRANGER, there, 2, "from there").await;
    change(&desk, STRANGER, there, json!({ "status": "Resolved" })).await;
    let found = until(&desk, KEY, ours, |ticket| ticket["status"] == "Resolved").await;
    assert_eq!(texts(&found), ["It was switched off and on.", "from here", "from there"]);
    settled(&desk).await;
    assert_eq!(texts(&ticket(&desk, STRANGER, there).await).len(), 3, "nothing came back");
    let changes = desk.get(&format!("/api/v1/changes?ticket={ours}")).await;
    let detail = desk.get(&format!("/api/v1/changes/{}", changes["items"][0]["id"].as_str().unwrap())).await;
    assert_eq!(detail["actor"]["via"], "integration");
    assert_eq!(detail["after"]["links"][0]["status"], "Resolved");
}

#[tokio::test]
async fn internal_entries_stay_unless_they_are_chosen() {
    let desk = Desk::open().await;
    linked(&desk, true).await;
    let ours = desk.ticket().await;
    let there = counterpart(&desk, KEY, ours).await;
    say(&desk, KEY, ours, 1, "a secret").await;
    say(&desk, KEY, ours, 2, "for all").await;
    let copy = until(&desk, STRANGER, there, |ticket| texts(ticket).len() == 2).await;
    assert_eq!(texts(&copy)[1], "for all");
    settled(&desk).await;
    for key in [KEY, STRANGER] {
        let log = desk.call("GET", "/api/v1/deliveries", key, None).await.json();
        for row in log["items"].as_array().unwrap() {
            let detail = desk
                .call("GET", &format!("/api/v1/deliveries/{}", row["id"].as_str().unwrap()), key, None)
                .await;
            assert!(!detail.text.contains("a secret"), "{}", detail.text);
        }
    }
}

#[tokio::test]
async fn names_become_what_the_mapping_says() {
    let desk = Desk::open().await;
    let mut body = body(true);
    body["mapping"]["status"] = json!({ "values": { "In attendance": "Waiting" } });
    body["mapping"]["urgency"] = json!({ "values": { "Low": "High" } });
    desk.ok("POST", "/api/v1/integrations", Some(&body), 201).await;
    let new = json!({
        "type": 2, "subject": "From the other", "createdBy": { "id": "1" }, "clients": [{ "id": "1" }],
        "urgency": "Low", "actions": [{ "type": 2, "description": "x" }],
    });
    let there = ask(&desk, STRANGER, "POST", "/tickets", &new).await.json()["id"].as_i64().unwrap();
    let ours = counterpart(&desk, STRANGER, there).await;
    let opened = ticket(&desk, KEY, ours).await;
    assert_eq!((&opened["clients"][0]["id"], &opened["urgency"]), (&json!("carl"), &json!("High")));
    change(&desk, STRANGER, there, json!({ "status": "In attendance" })).await;
    until(&desk, KEY, ours, |ticket| ticket["status"] != "New").await;
    assert_eq!(ticket(&desk, KEY, ours).await["status"], "Waiting");
}

#[tokio::test]
async fn files_cross_with_their_entries_and_when_they_come_later() {
    let desk = Desk::open().await;
    linked(&desk, true).await;
    let ours = desk.ticket().await;
    let there = counterpart(&desk, KEY, ours).await;
    let form = json!(super::support::FORM);
    desk.ok("POST", &format!("/api/v1/tickets/{ours}/actions/1/attachments"), Some(&form), 201).await;
    let has_file =
        |ticket: &Value| ticket["actions"][0]["attachments"].as_array().is_some_and(|files| files.len() == 1);
    let copy = until(&desk, STRANGER, there, has_file).await;
    let file = &copy["actions"][0]["attachments"][0];
    assert_eq!(file["fileName"], "a.txt");
    let bytes = theirs(&desk, "GET", &format!("/files/{}", file["path"].as_str().unwrap()), None).await;
    assert_eq!(bytes.text, "a");
    settled(&desk).await;
    assert!(has_file(&ticket(&desk, KEY, ours).await));
}

#[tokio::test]
async fn a_counterpart_is_opened_or_linked_from_the_ticket() {
    let desk = Desk::open().await;
    let mut only_status = body(true);
    only_status["events"] = json!(["status", "public_actions"]);
    let half = desk.ok("POST", "/api/v1/integrations", Some(&only_status), 201).await.json()["id"].clone();
    let (first, second) = (desk.ticket().await, desk.ticket().await);
    let uri = |number: i64| format!("/api/v1/tickets/{number}/counterpart");
    let made = desk.ok("POST", &uri(first), Some(&json!({ "integration": half })), 201).await.json();
    let there = made["number"].as_i64().unwrap();
    assert_eq!(texts(&ticket(&desk, STRANGER, there).await), ["It was switched off and on."]);
    assert_eq!(counterpart(&desk, STRANGER, there).await, first);
    desk.refused("POST", &uri(first), KEY, Some(&json!({ "integration": half })), 409).await;
    // One that exists; what was there before does not cross.
    let new =
        json!({ "type": 2, "subject": "theirs", "createdBy": { "id": "1" }, "clients": [{ "id": "1" }] });
    let known = ask(&desk, STRANGER, "POST", "/tickets", &new).await.json()["id"].as_i64().unwrap();
    let link = |number: i64| json!({ "integration": half, "number": number });
    desk.refused("POST", &uri(second), KEY, Some(&link(there)), 400).await;
    desk.refused("POST", &uri(second), KEY, Some(&link(9_999)), 400).await;
    desk.ok("POST", &uri(second), Some(&link(known)), 201).await;
    assert_eq!(counterpart(&desk, STRANGER, known).await, second);
    change(&desk, STRANGER, known, json!({ "status": "Resolved" })).await;
    let found = until(&desk, KEY, second, |ticket| ticket["status"] == "Resolved").await;
    assert_eq!(texts(&found), ["It was switched off and on."]);
    settled(&desk).await;
    assert_eq!(ticket(&desk, STRANGER, known).await["actions"], json!([]));
}

/// Holds or frees the deliveries of a domain's integration.
async fn hold(desk: &Desk, key: &str, verb: &str) {
    let list = desk.call("GET", "/api/v1/endpoints", key, None).await.json();
    for endpoint in list["items"].as_array().unwrap() {
        let uri = format!("/api/v1/endpoints/{}/{verb}", endpoint["id"].as_str().unwrap());
        assert!(desk.call("POST", &uri, key, None).await.status.is_success());
    }
}

#[tokio::test]
async fn of_two_statuses_at_once_the_later_stands_on_both_sides_and_the_link_says_so() {
    let desk = Desk::open().await;
    linked(&desk, true).await;
    let ours = desk.ticket().await;
    let there = counterpart(&desk, KEY, ours).await;
    settled(&desk).await;
    for key in [KEY, STRANGER] {
        hold(&desk, key, "pause").await;
    }
    change(&desk, KEY, ours, json!({ "status": "Resolved" })).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    change(&desk, STRANGER, there, json!({ "status": "Closed" })).await;
    for key in [STRANGER, KEY] {
        hold(&desk, key, "resume").await;
        settled(&desk).await;
    }
    for (key, number) in [(KEY, ours), (STRANGER, there)] {
        until(&desk, key, number, |ticket| ticket["status"] == "Closed").await;
    }
    // The other way round, the messages in the other order.
    for key in [KEY, STRANGER] {
        hold(&desk, key, "pause").await;
    }
    change(&desk, KEY, ours, json!({ "status": "Resolved" })).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    change(&desk, STRANGER, there, json!({ "status": "New" })).await;
    for key in [KEY, STRANGER] {
        hold(&desk, key, "resume").await;
        settled(&desk).await;
    }
    for (key, number) in [(KEY, ours), (STRANGER, there)] {
        until(&desk, key, number, |ticket| ticket["status"] == "New").await;
    }
    let changes = theirs(&desk, "GET", &format!("/api/v1/changes?ticket={there}"), None).await.json();
    let id = changes["items"][0]["id"].as_str().unwrap().to_owned();
    let detail = theirs(&desk, "GET", &format!("/api/v1/changes/{id}"), None).await.json();
    let note = detail["after"]["links"][0]["note"].as_str().unwrap_or_default();
    assert!(note.contains("both sides changed the status"), "{detail:#}");
}

#[tokio::test]
async fn a_message_that_comes_again_changes_nothing() {
    let desk = Desk::open().await;
    linked(&desk, true).await;
    let ours = desk.ticket().await;
    let there = counterpart(&desk, KEY, ours).await;
    say(&desk, KEY, ours, 2, "once").await;
    until(&desk, STRANGER, there, |ticket| texts(ticket).len() == 2).await;
    settled(&desk).await;
    let changes = format!("/api/v1/changes?ticket={there}");
    let before = theirs(&desk, "GET", &changes, None).await.json();
    let log = desk.get("/api/v1/deliveries").await;
    for row in log["items"].as_array().unwrap() {
        desk.ok("POST", &format!("/api/v1/deliveries/{}/resend", row["id"].as_str().unwrap()), None, 202)
            .await;
        settled(&desk).await;
    }
    assert_eq!(theirs(&desk, "GET", &changes, None).await.json(), before);
}

/// Triggers that react to everything.
async fn hostile(desk: &Desk, key: &str) {
    let receiver = format!("https://{}.example/hook", key.to_lowercase());
    let any = json!([
        { "field": "ticket", "operator": "created" },
        { "field": "ticket", "operator": "action_added" },
        { "field": "status", "operator": "changed" },
        { "field": "subject", "operator": "changed" },
        { "field": "tags", "operator": "changed" },
    ]);
    let mut actions = vec![json!({ "kind": "add_tag", "tag": "hostile" })];
    actions.push(json!({ "kind": "webhook", "url": receiver }));
    for (name, actions) in
        [("tagger", json!(actions)), ("mover", json!([{ "kind": "set_status", "status": "Waiting" }]))]
    {
        let conditions = if name == "mover" {
            json!([{ "field": "ticket", "operator": "action_added" }])
        } else {
            any.clone()
        };
        let body = json!({ "name": name, "conditions": { "any": conditions }, "actions": actions });
        assert_eq!(desk.call("POST", "/api/v1/triggers", key, Some(&body)).await.status, 201);
    }
}

#[tokio::test]
async fn hostile_triggers_on_both_sides_make_no_loop_in_a_thousand_changes() {
    const TICKETS: i64 = 20;
    const ROUNDS: i64 = 25;
    let desk = Desk::open().await;
    linked(&desk, true).await;
    hostile(&desk, KEY).await;
    hostile(&desk, STRANGER).await;
    let mut pairs = Vec::new();
    for _ in 0..TICKETS {
        let ours = desk.ticket().await;
        pairs.push((ours, counterpart(&desk, KEY, ours).await));
    }
    for round in 0..ROUNDS {
        for (ours, there) in &pairs {
            say(&desk, KEY, *ours, 2, &format!("here {round}")).await;
            say(&desk, STRANGER, *there, 2, &format!("there {round}")).await;
        }
    }
    let all = usize::try_from(1 + 2 * ROUNDS).unwrap();
    for (ours, there) in &pairs {
        until(&desk, KEY, *ours, |ticket| texts(ticket).len() == all).await;
        until(&desk, STRANGER, *there, |ticket| texts(ticket).len() == all).await;
    }
    settled(&desk).await;
    for (key, number, from) in [(KEY, pairs[0].0, "there"), (STRANGER, pairs[0].1, "here")] {
        let found = ticket(&desk, key, number).await;
        let came: Vec<String> = texts(&found)
            .into_iter()
            .filter(|text| text.starts_with(&format!("{from} ")))
            .map(str::to_owned)
            .collect();
        let wanted: Vec<String> = (0..ROUNDS).map(|round| format!("{from} {round}")).collect();
        assert_eq!(came, wanted, "each once, in order");
    }
    // One message for each change that a side made itself, one more for nothing that came in.
    for (key, own) in [(KEY, TICKETS * (1 + ROUNDS)), (STRANGER, TICKETS * ROUNDS)] {
        let half = desk.call("GET", "/api/v1/integrations", key, None).await.json()["items"][0].clone();
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let trigger = half["trigger"].as_str().unwrap();
            let uri = format!("/api/v1/deliveries?limit=100&trigger={trigger}{cursor}");
            let page = desk.call("GET", &uri, key, None).await.json();
            count += i64::try_from(page["items"].as_array().unwrap().len()).unwrap();
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(count, own, "{key}");
    }
}

#[tokio::test]
async fn an_hour_without_the_other_server_loses_nothing() {
    const THERE: &str = "https://there.example";
    let (here, there) = (Desk::open().await, Desk::at(THERE).await);
    let connect = |up: bool| {
        here.receivers.connect(THERE, up.then(|| there.router.clone()));
        there.receivers.connect(URL, up.then(|| here.router.clone()));
    };
    connect(true);
    let mut body = body(true);
    (body["url"], body["key"]) = (json!(THERE), json!(KEY));
    let half = here.ok("POST", "/api/v1/integrations", Some(&body), 201).await.json()["id"].clone();
    let ours = here.ticket().await;
    let copy = counterpart(&here, KEY, ours).await;
    settled(&here).await;
    connect(false);
    for round in 0..2 {
        say(&here, KEY, ours, 2, &format!("while it was away {round}")).await;
    }
    let uri = format!("/api/v1/integrations/{}", half.as_str().unwrap());
    // An hour holds 120 attempts at the pace of every 30 s.
    let tried = |log: &Value| {
        let rows = log["items"].as_array().unwrap().iter();
        rows.filter(|row| row["attempts"].as_i64() > Some(120)).count() == 2
    };
    here.until(&format!("/api/v1/deliveries?ticket={ours}"), tried).await;
    let detail = here.get(&uri).await;
    assert!(detail["other_side"]["error"].as_str().unwrap().contains("refused"), "{detail:#}");
    assert!(detail["outgoing"]["lag_ms"].as_i64() > Some(0), "{detail:#}");
    assert!(detail["outgoing"]["error"].as_str().unwrap().contains("refused"), "{detail:#}");
    connect(true);
    let found = until(&there, KEY, copy, |ticket| texts(ticket).len() == 3).await;
    let told: Vec<String> = (0..2).map(|round| format!("while it was away {round}")).collect();
    assert_eq!(texts(&found)[1..], told);
    settled(&here).await;
    let detail = here.get(&uri).await;
    assert_eq!((&detail["outgoing"]["waiting"], &detail["outgoing"]["error"]), (&json!(0), &json!("")));
    assert_eq!(their_half_of(&there).await["made_here"], false);
}

async fn their_half_of(desk: &Desk) -> Value {
    desk.get("/api/v1/integrations").await["items"][0].clone()
}

#[tokio::test]
async fn a_disabled_integration_holds_what_is_told_until_it_is_enabled() {
    let desk = Desk::open().await;
    let half = linked(&desk, true).await["id"].as_str().unwrap().to_owned();
    let ours = desk.ticket().await;
    let there = counterpart(&desk, KEY, ours).await;
    let set = async |enabled: bool| {
        let body = json!({ "enabled": enabled });
        desk.ok("PATCH", &format!("/api/v1/integrations/{half}"), Some(&body), 200).await;
    };
    set(false).await;
    say(&desk, KEY, ours, 2, "while it was off").await;
    assert_eq!(texts(&ticket(&desk, STRANGER, there).await).len(), 1);
    set(true).await;
    say(&desk, KEY, ours, 2, "on again").await;
    let found = until(&desk, STRANGER, there, |ticket| texts(ticket).len() == 3).await;
    assert_eq!(texts(&found)[1..], ["while it was off", "on again"]);
    assert_eq!(their_half(&desk).await["enabled"], true);
}

#[tokio::test]
async fn what_was_unlinked_follows_no_more_and_can_be_linked_again() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let ours = desk.ticket().await;
    let remote = counterpart(&desk, KEY, ours).await;
    settled(&desk).await;
    let uri = format!("/api/v1/tickets/{ours}/counterpart");
    let by = format!("{uri}?integration={}", here["id"].as_str().unwrap());
    desk.ok("DELETE", &by, None, 204).await;
    for (key, number) in [(KEY, ours), (STRANGER, remote)] {
        assert_eq!(ticket(&desk, key, number).await["movideskTicketNumber"], Value::Null);
    }
    say(&desk, KEY, ours, 2, "not for the other side").await;
    say(&desk, STRANGER, remote, 2, "nor this").await;
    settled(&desk).await;
    // A message that was under way comes late: it opens nothing.
    let half = their_half(&desk).await;
    let trigger =
        theirs(&desk, "GET", &format!("/api/v1/triggers/{}", half["trigger"].as_str().unwrap()), None).await;
    let url = trigger.json()["actions"][0]["url"].as_str().unwrap().replace(URL, "");
    let late = desk.call("POST", &url, STRANGER, Some(&json!({ "Id": remote }))).await;
    assert_eq!((late.status, late.text.as_str()), (StatusCode::OK, "Ok"));
    let (mine, their) = (ticket(&desk, KEY, ours).await, ticket(&desk, STRANGER, remote).await);
    assert!(!texts(&their).contains(&"not for the other side") && !texts(&mine).contains(&"nor this"));
    desk.refused("DELETE", &by, KEY, None, 404).await;
    let all = ask(&desk, KEY, "GET", "/tickets?$select=id", &Value::Null).await.json();
    assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
    let again = json!({ "integration": here["id"], "number": remote });
    desk.ok("POST", &uri, Some(&again), 201).await;
    say(&desk, STRANGER, remote, 2, "this crosses").await;
    until(&desk, KEY, ours, |ticket| texts(ticket).contains(&"this crosses")).await;
}

#[tokio::test]
async fn another_counterpart_is_followed_from_its_beginning() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let ours = desk.ticket().await;
    let first = counterpart(&desk, KEY, ours).await;
    // Far more versions than the next one will have.
    for number in 0..8 {
        say(&desk, STRANGER, first, 2, &format!("to the first, {number}")).await;
    }
    until(&desk, KEY, ours, |ticket| texts(ticket).contains(&"to the first, 7")).await;
    let uri = format!("/api/v1/tickets/{ours}/counterpart");
    desk.ok("DELETE", &format!("{uri}?integration={}", here["id"].as_str().unwrap()), None, 204).await;
    desk.ok("POST", &uri, Some(&json!({ "integration": here["id"] })), 201).await;
    let second = counterpart(&desk, KEY, ours).await;
    assert_ne!(first, second);
    settled(&desk).await;
    say(&desk, STRANGER, second, 2, "to the second").await;
    say(&desk, STRANGER, first, 2, "to nobody").await;
    until(&desk, KEY, ours, |ticket| texts(ticket).contains(&"to the second")).await;
    settled(&desk).await;
    assert!(!texts(&ticket(&desk, KEY, ours).await).contains(&"to nobody"));
}

#[tokio::test]
async fn what_an_integration_tells_is_not_called_off() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let trigger = desk.get(&format!("/api/v1/triggers/{}", here["trigger"].as_str().unwrap())).await;
    let endpoint = format!("/api/v1/endpoints/{}", trigger["endpoints"][0].as_str().unwrap());
    desk.ok("POST", &format!("{endpoint}/pause"), None, 200).await;
    let ours = desk.ticket().await;
    let held = desk.get("/api/v1/deliveries?status=held").await["items"][0].clone();
    assert_eq!(held["ticket"], ours);
    let uri = format!("/api/v1/deliveries/{}/cancel", held["id"].as_str().unwrap());
    let answer = desk.refused("POST", &uri, KEY, None, 409).await;
    assert!(answer.text.contains("disable the integration"), "{}", answer.text);
    desk.ok("POST", &format!("{endpoint}/resume"), None, 200).await;
    counterpart(&desk, KEY, ours).await;
}

#[tokio::test]
async fn conditions_that_are_refused_here_change_nothing_over_there() {
    let desk = Desk::open().await;
    let here = linked(&desk, true).await;
    let before = (desk.everything().await, their_half(&desk).await["events"].clone());
    let patch = json!({ "events": ["creation"], "conditions": { "all": [{ "field": "nothing", "operator": "is" }] } });
    let uri = format!("/api/v1/integrations/{}", here["id"].as_str().unwrap());
    desk.refused("PATCH", &uri, KEY, Some(&patch), 400).await;
    assert_eq!(before, (desk.everything().await, their_half(&desk).await["events"].clone()));
}

#[tokio::test]
async fn why_a_kept_trigger_did_not_fire_is_told_as_it_was() {
    let desk = Desk::open().await;
    let alone = desk.ticket().await;
    let here = linked(&desk, true).await;
    let trigger = here["trigger"].as_str().unwrap();
    say(&desk, KEY, alone, 2, "of this domain alone").await;
    let ours = desk.ticket().await;
    let remote = counterpart(&desk, KEY, ours).await;
    say(&desk, STRANGER, remote, 2, "from over there").await;
    until(&desk, KEY, ours, |ticket| texts(ticket).contains(&"from over there")).await;
    for (ticket, verdict) in [(alone, "not_linked"), (ours, "came_in")] {
        let changes = desk.get(&format!("/api/v1/changes?ticket={ticket}")).await;
        let change = changes["items"][0]["id"].as_str().unwrap();
        let found = desk.get(&format!("/api/v1/changes/{change}/explain?trigger={trigger}")).await;
        assert_eq!(found["verdict"], verdict, "{found:#}");
    }
}
