//! The pages of tickets: finding them, one with its thread, fields and history, opening one, replying, and what clients see.

use super::support::pages::{between, look, page, post, submit};
use super::support::{AGENT, Answer, CLIENT, Desk, FILE_MAX, KEY, STRANGER};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

const EVIL: &str = "<script>alert(1)</script>\"'{{7*7}}";

/// Sends a form that may come with files: `(name, file name, content)`; without a file name it is a text.
async fn send(desk: &Desk, key: &str, uri: &str, parts: &[(&str, Option<&str>, &str)]) -> Answer {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        body.push_str("--a-boundary\r\ncontent-disposition: form-data; name=\"");
        body.push_str(&format!("{name}\"{file}\r\n\r\n{content}\r\n"));
    }
    body.push_str("--a-boundary--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri(uri)
        .header("cookie", desk.cookie(key).await)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=a-boundary");
    desk.send(request.body(Body::from(body)).unwrap()).await
}

/// The ticket as the public API answers it.
async fn ticket(desk: &Desk, number: i64) -> Value {
    desk.public("GET", &format!("/tickets?id={number}"), "").await.json()
}

/// Lets clients write.
async fn let_clients_write(desk: &Desk) {
    let profiles = desk.get("/api/v1/access-profiles").await;
    let customers =
        profiles["items"].as_array().unwrap().iter().find(|item| item["name"] == "customers").unwrap();
    let uri = format!("/api/v1/access-profiles/{}", customers["id"].as_str().unwrap());
    desk.ok("PATCH", &uri, Some(&json!({ "grants": ["allow_writing_tickets"] })), 200).await;
}

#[tokio::test]
async fn a_reply_is_public_or_internal_and_comes_from_the_page() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let uri = format!("/tickets/{number}/reply");
    let answer = send(
        &desk,
        KEY,
        &uri,
        &[("actions", None, "Try it now.\nThen call <me>."), ("visibility", None, "public")],
    )
    .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(answer.header("location"), format!("/tickets/{number}?note=replied#newest"));
    let answer =
        send(&desk, KEY, &uri, &[("actions", None, "Spare part ordered."), ("visibility", None, "internal")])
            .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let now = ticket(&desk, number).await;
    let told = |at: usize| (now["actions"][at]["type"].clone(), now["actions"][at]["origin"].clone());
    assert_eq!((told(1), told(2)), ((json!(2), json!(2)), (json!(1), json!(2))));
    assert_eq!(now["actions"][1]["description"], "Try it now.\nThen call <me>.");
    let html = page(&desk, &format!("/tickets/{number}?note=replied")).await;
    assert!(html.contains("The reply was added."), "{html}");
    let entries = between(&html, "<div class=\"said\">", "</div>");
    assert_eq!(entries[1..], ["Try it now.\nThen call &#60;me&#62;.", "Spare part ordered."]);
}

#[tokio::test]
async fn an_empty_reply_is_told_beside_its_text() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let parts = [("actions", None, "  "), ("visibility", None, "internal"), ("file", Some(""), "")];
    let answer = send(&desk, KEY, &format!("/tickets/{number}/reply"), &parts).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("id=\"actions-fault\"") && answer.text.contains("href=\"#actions\""));
    assert!(answer.text.contains("value=\"internal\" checked"), "{}", answer.text);
    assert_eq!(ticket(&desk, number).await["actionCount"], 1);
}

#[tokio::test]
async fn files_come_with_a_reply_in_one_change_and_are_downloaded_from_the_page() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let uri = format!("/tickets/{number}/reply");
    let parts =
        [("actions", None, "See these."), ("file", Some("a.txt"), "one"), ("file", Some("<b>.txt"), "two")];
    assert_eq!(send(&desk, KEY, &uri, &parts).await.status, 303);
    let html = page(&desk, &format!("/tickets/{number}")).await;
    let links = between(&html, "href=\"/files/", "\"");
    assert_eq!(links.len(), 2, "{html}");
    assert!(html.contains(">a.txt</a>") && html.contains(">_b_.txt</a>"), "{html}");
    let file = look(&desk, KEY, &format!("/files/{}", links[0]), &[]).await;
    assert_eq!((file.status.as_u16(), file.text.as_str()), (200, "one"));
    let changes = desk.get(&format!("/api/v1/changes?ticket={number}")).await;
    assert_eq!(changes["items"].as_array().unwrap().len(), 2, "{changes:#}");
    // A file alone is a reply too.
    let alone = [("actions", None, ""), ("file", Some("b.txt"), "three")];
    assert_eq!(send(&desk, KEY, &uri, &alone).await.status, 303);
    assert_eq!(ticket(&desk, number).await["actions"][2]["attachments"][0]["fileName"], "b.txt");
}

#[tokio::test]
async fn a_file_that_is_too_large_leaves_the_text_in_the_form() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let large = "x".repeat(FILE_MAX as usize + 1);
    let parts = [("actions", None, "A long text that took a while."), ("file", Some("large.bin"), &*large)];
    let answer = send(&desk, KEY, &format!("/tickets/{number}/reply"), &parts).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(
        answer.text.contains("id=\"file-fault\"") && answer.text.contains("that took a while.</textarea>")
    );
    assert_eq!(ticket(&desk, number).await["actionCount"], 1);
}

#[tokio::test]
async fn fields_that_were_touched_are_changed_and_the_others_stay() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let uri = format!("/tickets/{number}");
    let began = "was-subject=The+printer+prints+nothing&was-status=New&was-owner=&was-ownerTeam=&was-urgency=&was-category=&was-serviceFirstLevel=&was-tags=&was-justification=";
    let to = format!(
        "{began}&subject=The+printer+prints+nothing&status=In+attendance&owner=ana&ownerTeam=Desk&urgency=High&category=Fault&serviceFirstLevel=IT+%3E+Network+%3E+Link&tags=vip,+net&justification="
    );
    assert_eq!(submit(&desk, &uri, &to).await, format!("{uri}?note=saved"));
    let now = ticket(&desk, number).await;
    assert_eq!(
        (&now["owner"]["id"], &now["ownerTeam"], &now["status"]),
        (&json!("ana"), &json!("Desk"), &json!("In attendance"))
    );
    assert_eq!(
        (&now["urgency"], &now["category"], &now["tags"]),
        (&json!("High"), &json!("Fault"), &json!(["vip", "net"]))
    );
    assert_eq!(now["serviceFirstLevel"], "Link");
    // Somebody whose form is older changes only what they touched.
    let resolve = format!(
        "{began}&subject=The+printer+prints+nothing&status=Resolved&owner=&ownerTeam=&urgency=&category=&serviceFirstLevel=&tags=&justification="
    );
    submit(&desk, &uri, &resolve).await;
    let now = ticket(&desk, number).await;
    assert_eq!((&now["owner"]["id"], &now["baseStatus"]), (&json!("ana"), &json!("Resolved")));
    let html = page(&desk, &uri).await;
    assert!(html.contains("<option value=\"ana\" selected>Person ana</option>"), "{html}");
    assert!(
        html.contains("Status: In attendance → Resolved") && html.contains("Owner: empty → Person ana"),
        "{html}"
    );
    for hidden in ["version", "chain_memory", "updated_at"] {
        assert!(!html.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_status_that_asks_for_a_reason_says_so_beside_the_reason() {
    let desk = Desk::open().await;
    let body = json!({ "name": "Parked", "base_status": "Stopped", "requires_justification": true, "justifications": ["Parts"] });
    desk.ok("POST", "/api/v1/statuses", Some(&body), 201).await;
    let number = desk.ticket().await;
    let uri = format!("/tickets/{number}");
    let answer = post(&desk, KEY, &uri, "was-status=New&status=Parked", "same-origin").await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.text.contains("id=\"justification-fault\"")
            && answer.text.contains("<option value=\"Parts\">")
    );
    assert!(answer.text.contains("<option value=\"Parked\" selected>"), "{}", answer.text);
    assert!(answer.text.contains("name=\"was-status\" value=\"New\""), "{}", answer.text);
    submit(&desk, &uri, "was-status=New&status=Parked&justification=Parts").await;
    assert_eq!(ticket(&desk, number).await["justification"], "Parts");
}

#[tokio::test]
async fn the_list_has_its_filters_in_the_address() {
    let desk = Desk::open().await;
    let numbers = [desk.ticket().await, desk.ticket().await, desk.ticket().await];
    let change = async |number: i64, body: Value| {
        let answer = desk.public("PATCH", &format!("/tickets?id={number}"), &body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    };
    change(numbers[0], json!({ "subject": "Conexão sem REDE", "owner": { "id": "1" } })).await;
    change(numbers[1], json!({ "ownerTeam": "Desk", "status": "Resolved" })).await;
    let shown = async |query: &str| -> Vec<i64> {
        let html = page(&desk, &format!("/tickets?{query}")).await;
        between(&html, "<a href=\"/tickets/", "\"").iter().filter_map(|text| text.parse().ok()).collect()
    };
    let [first, second, third] = numbers;
    assert_eq!(shown("").await, [second, first, third]);
    assert_eq!(shown("search=&status=&owner=&team=").await, [second, first, third]);
    assert_eq!(shown("search=rede+conexao").await, [first]);
    assert_eq!(shown(&format!("search=%23{third}")).await, [third]);
    assert_eq!(shown("status=Resolved").await, [second]);
    assert_eq!(shown("status=~open").await, [first, third]);
    assert_eq!(shown("status=nonsense").await, Vec::<i64>::new());
    assert_eq!(shown("owner=me").await, [first]);
    assert_eq!(shown("owner=none").await, [second, third]);
    assert_eq!(shown("team=Desk").await, [second]);
    assert_eq!(shown("owner=none&search=printer&status=New").await, [third]);
    assert!(page(&desk, "/tickets?search=nowhere").await.contains("No ticket fits."));
}

#[tokio::test]
async fn a_long_list_is_paged_without_a_gap() {
    let desk = Desk::open().await;
    for _ in 0..53 {
        desk.ticket().await;
    }
    for query in ["", "search=printer"] {
        let html = page(&desk, &format!("/tickets?{query}")).await;
        let mut all = between(&html, "<a href=\"/tickets/", "\"").iter().filter(|it| **it != "new").count();
        assert_eq!(all, 50);
        let next = between(&html, "<p class=\"pages\"><span></span><a class=\"button\" href=\"?", "\"")[0];
        let html = page(&desk, &format!("/tickets?{}", next.replace("&#38;", "&"))).await;
        all += between(&html, "<a href=\"/tickets/", "\"").len();
        assert_eq!((all, html.contains("class=\"pages\"")), (53, false), "{query}");
    }
}

#[tokio::test]
async fn a_ticket_is_opened_for_a_client_who_is_named_in_any_way() {
    let desk = Desk::open().await;
    let html = page(&desk, "/tickets/new").await;
    assert!(html.contains("name=\"clients\"") && html.contains("<option value=\"Fault\">"), "{html}");
    for client in ["carl", "Person carl", "carl@desk.example"] {
        let parts = [
            ("clients", None, client),
            ("subject", None, "A new screen"),
            ("actions", None, "Mine is broken."),
            ("visibility", None, "public"),
            ("urgency", None, "High"),
            ("owner", None, "ana"),
            ("file", Some("photo.txt"), "pixels"),
        ];
        let answer = send(&desk, KEY, "/tickets/new", &parts).await;
        assert_eq!(answer.status, 303, "{client}: {}", answer.text);
        let address = answer.header("location").strip_suffix("?note=ticket-opened").unwrap();
        let now = ticket(&desk, address.rsplit('/').next().unwrap().parse().unwrap()).await;
        assert_eq!((&now["clients"][0]["id"], &now["owner"]["id"]), (&json!("carl"), &json!("ana")));
        assert_eq!((&now["urgency"], &now["origin"]), (&json!("High"), &json!(2)));
        assert_eq!(
            (&now["actions"][0]["origin"], &now["actions"][0]["attachments"][0]["fileName"]),
            (&json!(0), &json!("photo.txt"))
        );
    }
    let bad =
        [("clients", None, "nobody"), ("subject", None, "x"), ("actions", None, "y"), ("tags", None, EVIL)];
    let answer = send(&desk, KEY, "/tickets/new", &bad).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("id=\"clients-fault\"") && answer.text.contains("value=\"nobody\""));
    assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
}

#[tokio::test]
async fn a_client_sees_their_own_public_things_alone() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let uri = format!("/tickets/{number}");
    send(
        &desk,
        KEY,
        &format!("{uri}/reply"),
        &[("actions", None, "Between us"), ("visibility", None, "internal")],
    )
    .await;
    let other = json!({
        "type": 2, "subject": "Of somebody else", "clients": [{ "id": "1" }], "createdBy": { "id": "1" },
        "actions": [{ "type": 2, "description": "x" }],
    });
    let answer = desk.public("POST", "/tickets", &other.to_string()).await.json();
    let foreign = format!("/tickets/{}", answer["id"]);
    let html = look(&desk, CLIENT, "/tickets", &[]).await.text;
    assert!(
        html.contains(&uri) && !html.contains("Of somebody else") && !html.contains("name=\"owner\""),
        "{html}"
    );
    let html = look(&desk, CLIENT, &uri, &[]).await.text;
    for hidden in ["Between us", "id=\"history\"", "id=\"fields\"", "id=\"deliveries\"", "id=\"reply\""] {
        assert!(!html.contains(hidden), "{hidden}: {html}");
    }
    assert_eq!(look(&desk, CLIENT, &foreign, &[]).await.status, 404);
    assert_eq!(look(&desk, STRANGER, &uri, &[]).await.status, 404);
    let found = look(&desk, CLIENT, "/search?q=somebody", &[]).await;
    assert!(!found.text.contains("Of somebody else") && !found.text.contains(&foreign), "{}", found.text);
    let reply = send(&desk, CLIENT, &format!("{uri}/reply"), &[("actions", None, "Hello")]).await;
    assert_eq!(reply.status, 403);
}

#[tokio::test]
async fn a_client_who_may_write_opens_tickets_and_replies_in_public_with_files() {
    let desk = Desk::open().await;
    let_clients_write(&desk).await;
    let html = look(&desk, CLIENT, "/tickets/new", &[]).await.text;
    assert!(html.contains("name=\"subject\""), "{html}");
    for absent in ["name=\"clients\"", "name=\"owner\"", "name=\"visibility\"", "name=\"urgency\""] {
        assert!(!html.contains(absent), "{absent}: {html}");
    }
    // What a client's form does not have is passed over.
    let parts = [
        ("subject", None, "No sound"),
        ("actions", None, "Since Monday"),
        ("visibility", None, "internal"),
        ("owner", None, "1"),
        ("clients", None, "1"),
    ];
    let answer = send(&desk, CLIENT, "/tickets/new", &parts).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    let reply =
        [("actions", None, "Still none"), ("visibility", None, "internal"), ("file", Some("log.txt"), "x")];
    let answer = send(&desk, CLIENT, &format!("{address}/reply"), &reply).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let now = ticket(&desk, address.rsplit('/').next().unwrap().parse().unwrap()).await;
    assert_eq!(
        (&now["type"], &now["clients"][0]["id"], &now["owner"]),
        (&json!(2), &json!("carl"), &Value::Null)
    );
    assert_eq!((&now["actions"][1]["type"], &now["actions"][1]["origin"]), (&json!(2), &json!(1)));
    let answer = post(&desk, CLIENT, &address, "was-status=New&status=Closed", "same-origin").await;
    assert_eq!(answer.status, 403);
    let html = look(&desk, CLIENT, &address, &[]).await.text;
    assert!(
        html.contains("log.txt") && html.contains("id=\"reply\"") && !html.contains("name=\"visibility\""),
        "{html}"
    );
}

#[tokio::test]
async fn a_client_says_that_a_ticket_is_resolved_and_opens_it_again() {
    let desk = Desk::open().await;
    let_clients_write(&desk).await;
    let number = desk.ticket().await;
    let uri = format!("/tickets/{number}");
    let reply = format!("{uri}/reply");
    let resolve = "name=\"move\" value=\"Resolved\"";
    assert!(look(&desk, CLIENT, &uri, &[]).await.text.contains(resolve));
    assert!(!look(&desk, KEY, &uri, &[]).await.text.contains("name=\"move\""), "agents have the field");

    // A form that was shown before it was resolved does not open it again.
    for _ in 0..2 {
        let answer =
            send(&desk, CLIENT, &reply, &[("actions", None, "Thanks"), ("move", None, "Resolved")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert_eq!(ticket(&desk, number).await["status"], "Resolved");
    }
    let before = ticket(&desk, number).await;
    assert!(look(&desk, CLIENT, &uri, &[]).await.text.contains("value=\"InAttendance\""));
    // Nothing need be written with it.
    let answer = send(&desk, CLIENT, &reply, &[("actions", None, " "), ("move", None, "InAttendance")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let now = ticket(&desk, number).await;
    assert_eq!((&now["baseStatus"], &now["actionCount"]), (&json!("InAttendance"), &before["actionCount"]));
    // A move that is none is passed over, and an empty reply is still refused.
    let answer = send(&desk, CLIENT, &reply, &[("actions", None, ""), ("move", None, "Closed")]).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}

#[tokio::test]
async fn every_automatic_change_names_its_trigger_and_why_not_is_one_click_away() {
    let desk = Desk::open().await;
    let body = json!({
        "name": format!("Tag {EVIL}"),
        "conditions": { "all": [{ "field": "status", "operator": "changed_to", "value": "Resolved" }] },
        "actions": [{ "kind": "add_tag", "tag": "done" }],
    });
    let tagger =
        desk.ok("POST", "/api/v1/triggers", Some(&body), 201).await.json()["id"].as_str().unwrap().to_owned();
    let delivery = desk.delivery("https://one.example/hook", 200).await;
    let number = desk.get(&format!("/api/v1/deliveries/{delivery}")).await["ticket"].as_i64().unwrap();
    let uri = format!("/tickets/{number}");
    let html = page(&desk, &uri).await;
    assert!(html.contains(&format!("href=\"/settings/automation/triggers/{tagger}\"")), "{html}");
    assert!(html.contains("Tags: empty → done") && !html.contains("<script>alert"), "{html}");
    assert!(html.contains(&format!("/settings/automation/webhook-log/{delivery}\"")), "{html}");
    assert!(html.contains(&format!("/settings/automation/webhook-log?ticket={number}\"")), "{html}");
    let part = look(&desk, KEY, &uri, &[("x-part", "live")]).await.text;
    assert!(part.starts_with("<section") && part.contains(&delivery), "{part}");
    let links = between(&html, &format!("href=\"{uri}/changes/"), "\"");
    assert_eq!(links.len(), 2, "resolved and opened");
    let ask = async |change: &str, trigger: &str| {
        page(&desk, &format!("{uri}/changes/{change}?trigger={trigger}")).await
    };
    let fired = ask(links[0], &tagger).await;
    assert!(
        fired.contains("All its conditions held.") && fired.contains("Status changed to Resolved"),
        "{fired}"
    );
    let not = ask(links[1], &tagger).await;
    assert!(not.contains("This did not hold: Status changed to Resolved."), "{not}");
    let later = desk.trigger("https://two.example/hook").await;
    assert!(ask(links[0], &later).await.contains("The trigger was made after this change."));
    desk.ok("DELETE", &format!("/api/v1/triggers/{tagger}"), None, 204).await;
    assert!(ask(links[0], &tagger).await.contains("All its conditions held."));
    let other = desk.ticket().await;
    assert_eq!(look(&desk, KEY, &format!("/tickets/{other}/changes/{}", links[0]), &[]).await.status, 404);
    assert_eq!(look(&desk, AGENT, &format!("{uri}/changes/{}", links[0]), &[]).await.status, 403);
}

#[tokio::test]
async fn what_people_write_is_escaped_wherever_it_stands() {
    let desk = Desk::open().await;
    let body = json!({
        "type": 2, "subject": EVIL, "createdBy": { "id": "1" }, "clients": [{ "id": "carl" }], "tags": [EVIL],
        "customFieldValues": [{ "customFieldId": 78, "customFieldRuleId": 900, "line": 1, "value": EVIL }],
        "actions": [{ "type": 2, "description": format!("{EVIL} <a href=\"javascript:alert(1)\">x</a>") }],
    });
    let answer = desk.public("POST", "/tickets", &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let number = answer.json()["id"].as_i64().unwrap();
    let uri = format!("/tickets/{number}");
    send(
        &desk,
        KEY,
        &format!("{uri}/reply"),
        &[("actions", None, EVIL), ("file", Some("<img onerror=x>.svg"), "x")],
    )
    .await;
    let answer =
        post(&desk, KEY, &uri, "was-status=New&status=%3Cscript%3Ealert(1)%3C/script%3E", "same-origin")
            .await;
    assert_eq!(answer.status, 400);
    let pages = [
        answer.text,
        page(&desk, &uri).await,
        page(&desk, "/tickets").await,
        page(&desk, "/tickets?search=%3Cscript%3E&team=%22%3E%3Cscript%3E").await,
        page(&desk, "/search?q=%3Cscript%3E%22").await,
    ];
    for html in pages {
        for raw in ["<script>alert", "javascript:alert(1)\"", "<img onerror", "49"] {
            let count = html.matches(raw).count();
            let stands = raw == "49" || count == 0;
            assert!(stands, "{raw}: {html}");
        }
        assert!(!html.contains("<script>\""), "{html}");
    }
}

#[tokio::test]
async fn a_long_thread_is_shown_a_part_at_a_time() {
    let desk = Desk::open().await;
    let number = desk.ticket().await;
    let long = "word ".repeat(5_000);
    let mut actions: Vec<Value> =
        (0..55).map(|at| json!({ "type": 2, "description": format!("entry {at}.") })).collect();
    actions.push(json!({ "type": 2, "description": long }));
    let answer = desk
        .public("PATCH", &format!("/tickets?id={number}"), &json!({ "actions": actions }).to_string())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let uri = format!("/tickets/{number}");
    let html = page(&desk, &uri).await;
    assert_eq!(between(&html, "<div class=\"said\">", "</div>").len(), 50);
    assert!(html.contains("This entry is long and was cut here.") && html.len() < 100_000, "{}", html.len());
    let whole = page(&desk, &format!("{uri}?whole=57")).await;
    assert!(whole.contains(long.trim_end()), "the whole entry");
    let before = between(&html, &format!("href=\"{uri}?entries="), "\"")[0];
    let html = page(&desk, &format!("{uri}?entries={before}")).await;
    assert!(html.contains("entry 5.") && html.contains("It was switched off and on."), "{html}");
    assert_eq!(between(&html, "<div class=\"said\">", "</div>").len(), 7);
}
