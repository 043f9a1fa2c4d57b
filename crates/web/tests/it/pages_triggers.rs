//! The pages of triggers: the list and its buttons, the builder without script, trying a draft.

use super::support::pages::{look, submit_as};
use super::support::{AGENT, Answer, Desk, KEY};
use http::StatusCode;
use serde_json::{Value, json};

const LIST: &str = "/settings/automation/triggers";
const NEW: &str = "/settings/automation/triggers/new";
const URL: &str = "https://one.example/hook?secret=abc";

async fn open(desk: &Desk, uri: &str) -> Answer {
    look(desk, KEY, uri, &[]).await
}

async fn post(desk: &Desk, uri: &str, fields: &[(&str, &str)]) -> Answer {
    submit_as(desk, KEY, uri, fields, false).await
}

/// Follows where a form led to.
async fn then(desk: &Desk, answer: Answer) -> Answer {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let there = answer.header("location").to_owned();
    let page = open(desk, &there).await;
    assert_eq!(page.status, StatusCode::OK, "{there}: {}", page.text);
    page
}

/// Three triggers, named by where they stand.
async fn three(desk: &Desk) -> Vec<String> {
    let mut ids = Vec::new();
    for name in ["first", "second", "third"] {
        let body = json!({
            "name": name,
            "conditions": { "all": [{ "field": "ticket", "operator": "created" }] },
            "actions": [{ "kind": "webhook", "url": format!("https://{name}.example/hook?secret=abc") }],
        });
        let made = desk.ok("POST", "/api/v1/triggers", Some(&body), 201).await.json();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn names(desk: &Desk) -> Vec<(String, bool)> {
    let list = desk.get("/api/v1/triggers").await;
    let row = |item: &Value| (item["name"].as_str().unwrap().to_owned(), item["enabled"].as_bool().unwrap());
    list["items"].as_array().unwrap().iter().map(row).collect()
}

fn order(names: &[(String, bool)]) -> Vec<&str> {
    names.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn a_name_and_a_url_make_a_working_webhook_trigger() {
    let desk = Desk::open().await;
    let empty = open(&desk, LIST).await;
    assert!(empty.text.contains("No trigger yet"), "{}", empty.text);
    let form = open(&desk, NEW).await;
    // What the empty form begins with: a new ticket fires it, a webhook is its action. Two inputs and *Save* are left.
    for field in ["all.0.field", "all.0.operator", "actions.0.kind", "actions.0.url"] {
        assert!(form.text.contains(&format!("name=\"{field}\"")), "{field}");
    }
    let fields = [
        ("name", "to the depot"),
        ("enabled", "true"),
        ("all.0.field", "ticket"),
        ("all.0.operator", "created"),
        ("actions.0.kind", "webhook"),
        ("actions.0.url", URL),
        ("do", "save"),
    ];
    let page = then(&desk, post(&desk, NEW, &fields).await).await;
    assert!(page.text.contains("Saved. It is in force"), "{}", page.text);
    assert!(
        page.text.contains("value=\"https://one.example/hook?secret=abc\""),
        "its makers see the whole URL"
    );
    let number = desk.ticket().await;
    desk.until("/api/v1/deliveries", |log| log["items"][0]["status"] == "delivered").await;
    assert_eq!(desk.receivers.seen()[0].url, URL);
    let list = open(&desk, LIST).await;
    assert!(list.text.contains("Once") && list.text.contains("to the depot"), "{}", list.text);
    assert!(!list.text.contains("secret=abc"), "lists mask what URLs hold");
    assert!(number > 0);
}

#[tokio::test]
async fn a_new_status_takes_eight_inputs_at_most() {
    let desk = Desk::open().await;
    // 1 the field, 2 the value (the operator comes by itself), 3 the name, 4 the URL, 5 Save.
    let chosen = [("all.0.field", "status"), ("all.0.operator", "created"), ("do", "field:all:0")];
    let part = submit_as(&desk, KEY, NEW, &chosen, true).await;
    assert!(part.text.starts_with("<form id=\"builder\""), "{}", part.text);
    assert!(part.text.contains("<option value=\"changed_to\" selected>"), "{}", part.text);
    assert!(part.text.contains("<option value=\"Resolved\">Resolved</option>"));
    let fields = [
        ("name", "resolved"),
        ("enabled", "true"),
        ("all.0.field", "status"),
        ("all.0.operator", "changed_to"),
        ("all.0.value", "Resolved"),
        ("actions.0.kind", "webhook"),
        ("actions.0.url", URL),
        ("do", "save"),
    ];
    then(&desk, post(&desk, NEW, &fields).await).await;
    let made = &desk.get("/api/v1/triggers").await["items"][0];
    assert_eq!(made["conditions"]["all"][0]["value"], "Resolved");
}

#[tokio::test]
async fn faults_stand_beside_their_lines_and_nothing_is_saved() {
    let desk = Desk::open().await;
    let before = desk.everything().await;
    let fields = [
        ("name", ""),
        ("all.0.field", "status"),
        ("all.0.operator", "changed_to"),
        ("any.0.field", "owner"),
        ("any.0.operator", "is"),
        ("any.0.value", "nobody"),
        ("actions.0.kind", "webhook"),
        ("actions.0.url", "javascript:alert(1)"),
        ("do", "save"),
    ];
    let page = post(&desk, NEW, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (target, text) in [
        ("name", "Give the trigger a name."),
        ("all-0-value", "Condition 1: Give a value."),
        ("any-0-value", "Alternative 1: There is nobody with this reference code."),
        ("actions-0-url", "Action 1: The URL must begin with https:// or http://."),
    ] {
        assert!(page.text.contains(&format!("<a href=\"#{target}\">{text}</a>")), "{target}: {}", page.text);
        assert!(page.text.contains(&format!("id=\"{target}\"")), "{target}");
    }
    assert!(page.text.contains("id=\"all-0-fault\">Give a value.</p>"));
    let never = [
        ("name", "x"),
        ("all.0.field", "status"),
        ("all.0.operator", "is"),
        ("all.0.value", "New"),
        ("actions.0.kind", "webhook"),
        ("actions.0.url", URL),
        ("do", "save"),
    ];
    let page = post(&desk, NEW, &never).await;
    assert!(page.text.contains("No condition looks at the change"), "{}", page.text);
    assert_eq!(before, desk.everything().await);
}

#[tokio::test]
async fn lines_come_and_go_without_script() {
    let desk = Desk::open().await;
    let more = post(&desk, NEW, &[("name", "kept"), ("do", "add:any")]).await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(
        more.text.contains("value=\"kept\"")
            && more.text.contains("id=\"any-0-field\" name=\"any.0.field\" data-focus")
    );
    let less = post(&desk, NEW, &[("any.0.field", "status"), ("do", "remove:any:0")]).await;
    assert!(!less.text.contains("any.0.field") && less.text.contains("value=\"add:any\" data-focus"));
}

#[tokio::test]
async fn the_list_moves_switches_clones_deletes_and_undoes() {
    let desk = Desk::open().await;
    let ids = three(&desk).await;
    let moved = post(&desk, &format!("{LIST}/{}/move", ids[2]), &[("to", "earlier")]).await;
    assert!(then(&desk, moved).await.text.contains("Moved to 2 of 3."));
    assert_eq!(order(&names(&desk).await), ["first", "third", "second"]);
    then(&desk, post(&desk, &format!("{LIST}/{}/move", ids[0]), &[("to", "3")]).await).await;
    assert_eq!(order(&names(&desk).await), ["third", "second", "first"]);
    let refused = post(&desk, &format!("{LIST}/{}/move", ids[0]), &[("to", "up")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);

    let chosen = [("id", ids[0].as_str()), ("id", ids[2].as_str()), ("do", "disable")];
    let page = then(&desk, post(&desk, LIST, &chosen).await).await;
    assert!(page.text.contains("The chosen triggers are disabled."));
    let switched: Vec<bool> = names(&desk).await.into_iter().map(|(_, enabled)| enabled).collect();
    assert_eq!(switched, [false, true, false]);
    let nothing = then(&desk, post(&desk, LIST, &[("do", "enable")]).await).await;
    assert!(nothing.text.contains("No trigger was chosen."));

    let clone = then(&desk, post(&desk, &format!("{LIST}/{}/clone", ids[1]), &[]).await).await;
    assert!(clone.text.contains("value=\"second (2)\""), "{}", clone.text);

    let deleted = then(&desk, post(&desk, &format!("{LIST}/{}/delete", ids[1]), &[]).await).await;
    let undo = format!("{LIST}/{}/restore", ids[1]);
    assert!(deleted.text.contains(&format!("action=\"{undo}\"")), "{}", deleted.text);
    assert_eq!(order(&names(&desk).await), ["third", "first", "second (2)"]);
    then(&desk, post(&desk, &undo, &[]).await).await;
    assert_eq!(order(&names(&desk).await), ["third", "second", "first", "second (2)"]);
}

#[tokio::test]
async fn the_list_is_searched_by_name_and_url() {
    let desk = Desk::open().await;
    three(&desk).await;
    for search in ["SECOND", "second.example"] {
        let page = open(&desk, &format!("{LIST}?search={search}")).await;
        assert!(page.text.contains(">second</a>") && !page.text.contains(">first</a>"), "{search}");
    }
    let none = open(&desk, &format!("{LIST}?search=%3Cscript%3E")).await;
    assert!(none.text.contains("No trigger has") && !none.text.contains("<script>"), "{}", none.text);
}

#[tokio::test]
async fn deliveries_under_way_are_told_before_a_trigger_goes() {
    let desk = Desk::open().await;
    let id = desk.trigger(URL).await;
    let endpoint = desk.get("/api/v1/endpoints").await["items"][0]["id"].as_str().unwrap().to_owned();
    desk.ok("POST", &format!("/api/v1/endpoints/{endpoint}/pause"), None, 200).await;
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    for verb in ["disable", "delete"] {
        let asked = post(&desk, &format!("{LIST}/{id}/{verb}"), &[]).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.text.contains("1 delivery of status is under way."), "{}", asked.text);
    }
    assert_eq!(names(&desk).await, [("status".to_owned(), true)]);
    then(&desk, post(&desk, &format!("{LIST}/{id}/delete"), &[("confirmed", "1")]).await).await;
    assert!(names(&desk).await.is_empty());
}

#[tokio::test]
async fn a_draft_is_tried_before_it_is_saved() {
    let desk = Desk::open().await;
    let draft = |button: &'static str| {
        vec![
            ("name", "draft"),
            ("all.0.field", "status"),
            ("all.0.operator", "changed_to"),
            ("all.0.value", "Resolved"),
            ("actions.0.kind", "webhook"),
            ("actions.0.url", URL),
            ("do", button),
        ]
    };
    let example = submit_as(&desk, KEY, NEW, &draft("body"), true).await;
    assert!(example.text.contains("this is the body of an example"), "{}", example.text);
    let ticket = desk.ticket().await;
    desk.set_status(ticket, "Resolved").await;
    let before = desk.everything().await;

    let body = submit_as(&desk, KEY, NEW, &draft("body"), true).await;
    for part in
        [format!("&#34;Id&#34;: {ticket}"), "&#34;Criteria&#34;: 2".into(), "&#34;Operation&#34;: 10".into()]
    {
        assert!(body.text.contains(&part), "{part}: {}", body.text);
    }
    let mut other = draft("body");
    other.push(("ticket", "99999"));
    let missing = submit_as(&desk, KEY, NEW, &other, true).await;
    assert!(missing.text.contains("There is no ticket 99999."), "{}", missing.text);

    let changes = submit_as(&desk, KEY, NEW, &draft("changes"), true).await;
    assert!(changes.text.contains("It would have fired for 1 of the last 2 changes."), "{}", changes.text);
    assert!(changes.text.contains("before “New”, after “Resolved”"), "{}", changes.text);
    let mut broken = draft("changes");
    broken.retain(|(name, _)| *name != "all.0.value");
    let broken = post(&desk, NEW, &broken).await;
    assert!(broken.text.contains("The conditions are not complete yet."), "{}", broken.text);

    desk.receivers.answer(URL, 503);
    let sent = post(&desk, NEW, &draft("send:0")).await;
    assert!(sent.text.contains("The receiver answered 503"), "{}", sent.text);
    for part in ["POST /hook?secret=abc HTTP/1.1", "gatilho-test: true", "webhook-signature: v1,", "HTTP 503"]
    {
        assert!(sent.text.contains(part), "{part}: {}", sent.text);
    }
    let seen = &desk.receivers.seen()[0];
    assert_eq!(seen.headers["gatilho-test"], "true");
    assert!(seen.body.contains(&format!("\"Id\":{ticket}")), "{}", seen.body);
    for _ in 1..10 {
        post(&desk, NEW, &draft("send:0")).await;
    }
    let one_more = post(&desk, NEW, &draft("send:0")).await;
    assert!(one_more.text.contains("You have sent 10 tests"), "{}", one_more.text);
    assert_eq!(before, desk.everything().await, "nothing was stored");
}

#[tokio::test]
async fn what_the_guard_says_is_told_after_saving() {
    let desk = Desk::open().await;
    let fields = [
        ("name", "inside"),
        ("enabled", "true"),
        ("all.0.field", "ticket"),
        ("all.0.operator", "created"),
        ("actions.0.kind", "webhook"),
        ("actions.0.url", "http://127.0.0.1:9/hook"),
        ("do", "save"),
    ];
    let page = then(&desk, post(&desk, NEW, &fields).await).await;
    assert!(page.text.contains("nothing can be sent there now: 127.0.0.1 is private"), "{}", page.text);
}

#[tokio::test]
async fn a_nested_block_is_kept_by_a_save() {
    let desk = Desk::open().await;
    let inner = json!({ "all": [], "any": [{ "field": "urgency", "operator": "is", "value": "High" }] });
    let body = json!({
        "name": "nested",
        "conditions": { "all": [{ "field": "ticket", "operator": "created" }, inner] },
        "actions": [{ "kind": "webhook", "url": URL }],
    });
    let made = desk.ok("POST", "/api/v1/triggers", Some(&body), 201).await.json();
    let address = format!("{LIST}/{}", made["id"].as_str().unwrap());
    let page = open(&desk, &address).await;
    assert!(page.text.contains("(Urgency is “High”)"), "{}", page.text);
    let nested = inner.to_string();
    let fields = [
        ("name", "renamed"),
        ("enabled", "true"),
        ("all.0.field", "ticket"),
        ("all.0.operator", "created"),
        ("all.1.nested", nested.as_str()),
        ("actions.0.kind", "webhook"),
        ("actions.0.url", URL),
        ("do", "save"),
    ];
    then(&desk, post(&desk, &address, &fields).await).await;
    let saved = &desk.get("/api/v1/triggers").await["items"][0];
    assert_eq!((&saved["name"], &saved["conditions"]["all"][1]), (&json!("renamed"), &inner));
}

#[tokio::test]
async fn the_classics_are_shown_as_text() {
    let desk = Desk::open().await;
    let evil = "\"><script>alert(1)</script>{{7*7}}' onload=javascript:x";
    let body = json!({
        "name": evil,
        "description": evil,
        "conditions": { "all": [
            { "field": "ticket", "operator": "created" },
            { "field": "subject", "operator": "is", "value": evil },
        ] },
        "actions": [{ "kind": "add_tag", "tag": evil }],
    });
    let made = desk.ok("POST", "/api/v1/triggers", Some(&body), 201).await.json();
    let id = made["id"].as_str().unwrap();
    let ticket = json!({ "type": 2, "subject": evil, "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }], "actions": [{ "type": 2, "description": evil }] });
    desk.public("POST", "/tickets", &ticket.to_string()).await;
    let draft = [
        ("name", evil),
        ("all.0.field", "subject"),
        ("all.0.operator", "changed_to"),
        ("all.0.value", evil),
        ("any.0.field", evil),
        ("any.0.operator", evil),
        ("any.1.nested", evil),
        ("actions.0.kind", evil),
        ("actions.1.kind", "webhook"),
        ("actions.1.url", evil),
        ("ticket", evil),
    ];
    let mut pages = vec![open(&desk, LIST).await.text, open(&desk, &format!("{LIST}/{id}")).await.text];
    for button in ["save", "body", "changes", "send:1", "show"] {
        let mut fields = draft.to_vec();
        fields.push(("do", button));
        pages.push(post(&desk, NEW, &fields).await.text);
        fields.truncate(4);
        fields.push(("do", button));
        pages.push(post(&desk, NEW, &fields).await.text);
    }
    for page in pages {
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.contains("alert(1)"), "it is shown as text: {page}");
    }
}

#[tokio::test]
async fn others_see_and_do_nothing() {
    let desk = Desk::open().await;
    let id = desk.trigger(URL).await;
    let before = desk.everything().await;
    for uri in [LIST.to_owned(), NEW.to_owned(), format!("{LIST}/{id}")] {
        let answer = look(&desk, AGENT, &uri, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{uri}");
    }
    let mut addresses = vec![LIST.to_owned(), NEW.to_owned(), format!("{LIST}/{id}")];
    let verbs = ["clone", "enable", "disable", "move", "delete", "restore"];
    addresses.extend(verbs.map(|verb| format!("{LIST}/{id}/{verb}")));
    for uri in addresses {
        let answer = submit_as(&desk, AGENT, &uri, &[("do", "send:0"), ("to", "1")], false).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{uri}");
    }
    assert_eq!(before, desk.everything().await);
}
