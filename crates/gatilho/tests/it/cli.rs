//! A person at the command line asks a running server: triggers, the execution log, one delivery, sending again.

use crate::support::{KEY, Receiver, Reply, Server, always, gatilho, in_turn, on};
use serde_json::{Value, json};

/// A server that gives up after two attempts, at once.
const QUICK: [(&str, &str); 2] =
    [("GATILHO_DELIVERY__RETRY_EVERY", "20ms"), ("GATILHO_DELIVERY__RETRIES", "1")];

/// The cells of a table's rows, by two spaces or more.
fn cells(table: &str) -> Vec<Vec<&str>> {
    table
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn triggers_are_listed_in_their_order() {
    let server = Server::start(&[]);
    assert_eq!(
        server.cli(&["trigger", "list"]).ok(),
        "There are no triggers yet: POST /api/v1/triggers makes one.\n"
    );
    let first = server.trigger(
        "Tell the ERP",
        &[on("status", "changed_to", json!("Resolved"))],
        &["http://127.0.0.1:9/hook?secret=abc"],
    );
    let second = server.tell_of_subjects("http://127.0.0.1:9/");
    server.api("POST", &format!("triggers/{second}/disable"), None).ok();

    let table = server.cli(&["trigger", "list"]).ok();
    let rows = cells(&table);
    assert_eq!(rows[0], ["POSITION", "ID", "ENABLED", "NAME", "WHEN", "THEN"], "{table}");
    let then = "webhook http://127.0.0.1:9/hook?secret=•••";
    assert_eq!(
        rows[1][1..],
        [first.as_str(), "yes", "Tell the ERP", "status changed to Resolved", then],
        "{table}"
    );
    assert_eq!(rows[2][1..4], [second.as_str(), "no", "Tell of subjects"], "{table}");

    let json = server.cli(&["trigger", "list", "--json"]).ok();
    assert_eq!(json.trim_end(), server.api("GET", "triggers?limit=100", None).body, "the API's own JSON");
}

#[test]
fn the_log_is_shown_filtered_and_without_secrets() {
    let receiver =
        Receiver::start(|_, request| Reply::status(if request.path.contains("down") { 503 } else { 200 }));
    let server = Server::start(&QUICK);
    assert_eq!(server.cli(&["delivery", "list"]).ok(), "There are no such deliveries.\n");
    let (down, up) = (receiver.url("/down?secret=abc"), receiver.url("/up"));
    let ticket = server.ticket();
    let trigger = server.trigger("Both", &[on("subject", "changed", None)], &[&down, &up]);
    server.change(ticket, json!({ "subject": "after" }));
    server.wait_for_rows("status=failed", 1);
    server.wait_for_rows("status=delivered", 1);

    let table = server.cli(&["delivery", "list"]).ok();
    let rows = cells(&table);
    assert_eq!(rows[0], ["LAST UPDATE", "STATUS", "ATTEMPTS", "TICKET", "TRIGGER", "ID", "URL", "ERROR"]);
    let failed = rows.iter().find(|row| row.contains(&"failed")).expect("it is listed");
    let masked = down.replace("abc", "•••");
    assert_eq!(failed[1..5], ["failed", "2", &ticket.to_string(), "Both"], "{table}");
    assert_eq!(failed[6..], [masked.as_str(), "answered 503"], "{table}");
    assert!(failed[0].ends_with('Z') && failed[0].len() == 20, "{table}");
    assert!(rows.len() == 3 && !table.contains("abc") && !table.contains('\u{1b}'), "{table}");

    let number = ticket.to_string();
    for (filter, count) in [
        (vec!["--status", "failed"], 1),
        (vec!["--status", "held"], 0),
        (vec!["--trigger", &trigger], 2),
        (vec!["--ticket", &number], 2),
        (vec!["--url", &up], 1),
        (vec!["--url", "http://127.0.0.1:9/nobody"], 0),
        (vec!["--since", "1h"], 2),
        (vec!["--until", "1h"], 0),
        (vec!["--since", "2100-01-01"], 0),
        (vec!["--status", "delivered", "--ticket", &number, "--since", "1h"], 1),
    ] {
        let args: Vec<&str> =
            ["delivery", "list", "--json"].into_iter().chain(filter.iter().copied()).collect();
        let listed: Value = serde_json::from_str(&server.cli(&args).ok()).expect("JSON");
        assert_eq!(listed["items"].as_array().expect("a list").len(), count, "{filter:?}");
    }
    let json = server.cli(&["delivery", "list", "--json", "--limit", "7"]).ok();
    assert_eq!(json.trim_end(), server.api("GET", "deliveries?limit=7", None).body, "the API's own JSON");
}

#[test]
fn a_long_log_is_read_page_by_page() {
    let receiver = Receiver::start(always(Reply::status(200)));
    let server = Server::start(&[]);
    let urls: Vec<String> = (0..10).map(|number| receiver.url(&format!("/{number}"))).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let ticket = server.ticket();
    server.trigger("Many", &[on("subject", "changed", None)], &urls);
    for number in 1..=12 {
        server.change(ticket, json!({ "subject": number.to_string() }));
    }
    receiver.wait_for(120);
    server.wait_for_rows("status=delivered&limit=100", 100);

    let list = |limit: &str| server.cli(&["delivery", "list", "--limit", limit]);
    let more = list("105");
    assert_eq!(more.stdout.lines().count(), 106, "a heading and the rows");
    assert!(more.stderr.contains("There are more than these 105: raise --limit"), "{}", more.stderr);
    let all = list("1000");
    assert_eq!((all.stdout.lines().count(), all.stderr.as_str()), (121, ""));

    let json = server.cli(&["delivery", "list", "--limit", "105", "--json"]).ok();
    let joined: Value = serde_json::from_str(&json).expect("one document");
    let mut ids: Vec<&str> =
        joined["items"].as_array().expect("a list").iter().map(|row| text(&row["id"])).collect();
    assert!(ids.len() == 105 && joined["next_cursor"].is_string());
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 105, "no row twice");
}

#[test]
fn one_delivery_is_a_page_to_read() {
    let answer = Reply::Answer(202, vec![("x-where", "desk 5".into())], "taken, thank you".into());
    let receiver = Receiver::start(in_turn(vec![Reply::status(503), answer]));
    let server = Server::start(&QUICK);
    let url = receiver.url("/hook?secret=abc");
    let ticket = server.ticket();
    server.trigger(
        "Tell the ERP",
        &[on("subject", "changed", None), on("urgency", "is_empty", None)],
        &[&url],
    );
    server.change(ticket, json!({ "subject": "after" }));
    let row = server.wait_for_rows("status=delivered", 1).remove(0);
    let id = text(&row["id"]);

    let page = server.cli(&["delivery", "show", id]).ok();
    for part in [
        &format!("Delivery {id}: delivered"),
        &format!("Ticket        {ticket} (version "),
        "Trigger       Tell the ERP (trg_",
        &format!("URL           {}", url.replace("abc", "•••")),
        "Why it fired (pass 1 over the triggers)",
        "✓  all[0]  subject changed   new     after",
        "✓  all[1]  urgency is empty",
        "refused 503",
        "accepted 202",
        "x-where: desk 5",
        "taken, thank you",
        &format!("webhook-id: {id}"),
        &format!("  \"Id\": {ticket},"),
        "  \"Subject\": \"after\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("abc"), "{page}");
    let json = server.cli(&["delivery", "show", id, "--json"]).ok();
    assert_eq!(
        json.trim_end(),
        server.api("GET", &format!("deliveries/{id}"), None).body,
        "the API's own JSON"
    );
}

#[test]
fn one_delivery_is_sent_again() {
    let receiver = Receiver::start(in_turn(vec![Reply::status(503), Reply::status(503), Reply::status(200)]));
    let server = Server::start(&QUICK);
    server.tell_of_subjects(&receiver.url("/"));
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": "after" }));
    let row = server.wait_for_rows("status=failed", 1).remove(0);
    let id = text(&row["id"]);

    let said = server.cli(&["delivery", "resend", id]).ok();
    assert_eq!(said, format!("{id} goes out again; see how it went with `gatilho delivery show {id}`.\n"));
    let requests = receiver.wait_for(3);
    assert_eq!(requests[2].header("gatilho-resend"), Some("1"));
    assert!(requests.iter().all(|request| request.webhook_id() == id && request.body == requests[0].body));
    server.wait_for_rows("status=delivered", 1);
    let page = server.cli(&["delivery", "show", id]).ok();
    assert!(page.contains("1 in round 2") && page.contains("1.2") && page.contains("2.1"), "{page}");
    let json: Value =
        serde_json::from_str(&server.cli(&["delivery", "resend", id, "--json"]).ok()).expect("JSON");
    assert_eq!(text(&json["id"]), id);
}

#[test]
fn what_a_filter_chooses_is_counted_and_sent_again() {
    let receiver = Receiver::start(|_, request| {
        Reply::status(if request.header("gatilho-resend").is_some() { 200 } else { 503 })
    });
    let server = Server::start(&QUICK);
    let url = receiver.url("/hook");
    server.tell_of_subjects(&url);
    let ticket = server.ticket();
    for number in 1..=3 {
        server.change(ticket, json!({ "subject": number.to_string() }));
    }
    server.wait_for_rows("status=failed", 3);
    let resend = |args: &[&str]| {
        let args: Vec<&str> = ["delivery", "resend"].iter().chain(args).copied().collect();
        server.cli(&args)
    };
    assert_eq!(resend(&["--url", &url, "--count"]).ok(), "3 deliveries would go out again.\n");
    assert_eq!(resend(&["--ticket", "999", "--count"]).ok(), "No delivery matches: nothing is sent again.\n");
    let counted: Value =
        serde_json::from_str(&resend(&["--status", "failed", "--count", "--json"]).ok()).expect("JSON");
    assert_eq!(counted, json!({ "count": 3, "resent": false, "more": false }));
    assert_eq!(receiver.requests().len(), 6, "nothing went out yet");
    assert_eq!(resend(&["--status", "failed", "--since", "1h"]).ok(), "3 deliveries go out again.\n");
    receiver.wait_for(9);
    server.wait_for_rows("status=delivered", 3);

    let refused = resend(&["--status", "queued"]).failed(1);
    assert!(refused.contains("status: must be failed, cancelled or delivered"), "{refused}");
    assert!(
        resend(&[]).failed(2).contains("Usage: gatilho delivery resend"),
        "everything is never meant by nothing"
    );
    assert!(resend(&["dlv_0000000000001", "--status", "failed"]).failed(2).contains("cannot be used with"));
    assert!(resend(&["dlv_0000000000001", "--count"]).failed(2).contains("cannot be used with"));
}

#[test]
fn what_the_server_refuses_is_told_with_status_1() {
    let server = Server::start(&[]);
    let wrong =
        gatilho(&["trigger", "list", "--server", &server.url(), "--key", "not-the-key"], &[]).failed(1);
    assert!(wrong.contains("the API key is not known here") && wrong.contains("401 Unauthorized"), "{wrong}");
    let problem = server.api("GET", "deliveries/dlv_0000000000001", None).refused(404);
    assert_eq!(problem["detail"], "there is no delivery dlv_0000000000001");
    let missing = server.cli(&["delivery", "show", "dlv_0000000000001"]).failed(1);
    assert_eq!(missing, "gatilho: there is no delivery dlv_0000000000001 (404 Not Found)\n");
}

#[test]
fn who_cannot_be_asked_is_told_with_what_to_do() {
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let ask = |server: &str| gatilho(&["delivery", "list", "--server", server, "--key", KEY], &[]).failed(1);
    let refused = ask(&nobody);
    assert!(
        refused.contains(&format!("no server listens at {nobody}: start one with `gatilho serve`")),
        "{refused}"
    );
    let unknown = ask("http://nobody.invalid");
    assert!(unknown.contains("nobody.invalid"), "{unknown}");

    let page =
        Reply::Answer(200, vec![("content-type", "text/html".into())], "<h1>Welcome\u{1b}[2J</h1>".into());
    let other = Receiver::start(always(page));
    let said = ask(&other.url(""));
    assert!(said.contains("not as a Gatilho server does") && !said.contains('\u{1b}'), "{said}");
    let moved = Reply::Answer(
        308,
        vec![("location", "https://desk.example.com/api/v1/deliveries?x=y".into())],
        "".into(),
    );
    let moving = Receiver::start(always(moved));
    let said = ask(&moving.url(""));
    assert!(
        said.contains("sends on to https://desk.example.com/api/v1/deliveries?x=•••: name that"),
        "{said}"
    );
    let hanging_up = Receiver::start(always(Reply::Close));
    assert!(ask(&hanging_up.url("")).contains("cannot be asked"));
}

#[test]
fn what_is_typed_wrongly_ends_with_status_2() {
    let none = gatilho(&["trigger", "list"], &[]).failed(2);
    assert!(none.contains("no API key: set GATILHO_KEY, or give one with --key"), "{none}");
    assert!(gatilho(&["trigger", "list"], &[("GATILHO_KEY", "")]).failed(2).contains("no API key"));
    assert!(gatilho(&["trigger", "list", "--key", "a b"], &[]).failed(2).contains("characters no key has"));
    for address in ["desk.example.com", "ftp://desk.example.com", "http://desk.example.com/?a=b"] {
        let said = gatilho(&["trigger", "list", "--key", KEY, "--server", address], &[]).failed(2);
        assert!(said.contains("is no address of a server"), "{said}");
    }
    for args in [
        &["delivery", "list", "--status", "broken"][..],
        &["delivery", "list", "--ticket", "0"],
        &["delivery", "list", "--since", "yesterday"],
        &["delivery", "list", "--limit", "0"],
        &["delivery", "list", "--trigger", "nonsense"],
        &["delivery", "show"],
        &["delivery", "show", ".."],
        &["delivery", "resend", "trg_0000000000001"],
        &["delivery"],
        &["nonsense"],
    ] {
        assert_eq!(gatilho(args, &[("GATILHO_KEY", KEY)]).code, Some(2), "{args:?}");
    }
}

#[test]
fn whoever_reads_only_the_beginning_does_no_harm() {
    use std::io::Read;
    let receiver = Receiver::start(always(Reply::status(200)));
    let server = Server::start(&[]);
    server.tell_of_subjects(&receiver.url("/"));
    let ticket = server.ticket();
    server.change(ticket, json!({ "subject": "1" }));
    let row = server.wait_for_rows("status=delivered", 1).remove(0);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_gatilho"))
        .args(["delivery", "show", text(&row["id"]), "--server", &server.url(), "--key", KEY])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
    let mut said = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("UTF-8");
    assert_eq!(said, "");
}
