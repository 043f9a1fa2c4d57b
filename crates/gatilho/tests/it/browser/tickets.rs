//! What agents do with tickets all day: reply, reassign, resolve, attach, filter.

use super::chromium::Setup;
use super::office::{Office, PASSWORD};
use crate::support::{Receiver, Reply, always};
use serde_json::{Value, json};

/// A ticket as the public API shows it.
#[track_caller]
fn read(office: &Office, ticket: i64) -> Value {
    office.server.public("GET", &format!("tickets?id={ticket}"), None).ok()
}

#[test]
fn a_reply_is_public_unless_the_agent_says_otherwise() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    let ticket = office.server.ticket();
    office.go(&format!("/tickets/{ticket}"));
    page.fill("#actions", "We are on our way.\n<b>Soon</b>");
    page.click("#reply button.main");
    page.wait_text("#note", "The reply was added");
    page.wait_text(".entry:last-child .said", "<b>Soon</b>");
    page.wait_text(".entry:last-child .byline", "Public");
    page.fill("#actions", "The spare part is in the cellar.");
    page.click("#reply input[value=internal]");
    page.click("#reply button.main");
    page.wait_text(".entry:last-child .said", "cellar");
    page.wait_text(".entry:last-child .byline", "Internal");
    let kinds: Vec<Value> = read(&office, ticket)["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .map(|action| action["type"].clone())
        .collect();
    assert_eq!(kinds[kinds.len() - 2..], [json!(2), json!(1)], "public, then internal");
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn a_ticket_is_given_to_somebody_else_and_the_history_says_so() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    office.agent("bia", PASSWORD);
    let ticket = office.server.ticket();
    office.go(&format!("/tickets/{ticket}"));
    page.choose("#owner", "bia");
    page.click("#fields button.main");
    page.wait_text("#history", "bia");
    assert_eq!(read(&office, ticket)["owner"]["id"], "bia");
    office.go("/tickets?owner=none");
    page.wait_text("h1", "Tickets");
    assert!(!page.has(&format!("a[href='/tickets/{ticket}']")));
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn what_a_trigger_did_to_a_resolved_ticket_is_told_and_why_another_did_nothing() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    let receiver = Receiver::start(always(Reply::status(200)));
    let on = |value: &str| json!({ "field": "status", "operator": "changed_to", "value": value });
    office.server.trigger("Tell the warehouse", &[on("Resolved")], &[&receiver.url("/warehouse")]);
    office.server.trigger("Say goodbye", &[on("Closed")], &[&receiver.url("/goodbye")]);
    let ticket = office.server.ticket();
    office.go(&format!("/tickets/{ticket}"));
    page.choose("#status", "Resolved");
    page.click("#fields button.main");
    page.wait_text(".tools", "Resolved");
    page.wait_text("#history .effect", "Tell the warehouse");
    page.wait_text("#deliveries", "Delivered");
    page.click("#history .why");
    page.pick("#trigger", "Say goodbye");
    page.wait_text(".answer b", "Closed");
    assert_eq!(receiver.wait_for(1)[0].path, "/warehouse");
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn a_file_comes_with_a_reply_and_can_be_taken_down_again() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    let ticket = office.server.ticket();
    let file = office.server.home().join("meter reading.txt");
    std::fs::write(&file, "4711 kWh").expect("a file");
    office.go(&format!("/tickets/{ticket}"));
    page.fill("#actions", "The reading, as asked.");
    page.choose("#file", file.to_str().expect("a path"));
    page.click("#reply button.main");
    page.wait_text(".entry:last-child .files a", "meter reading.txt");
    let held = page.later(
        "const done = arguments[arguments.length - 1];
        fetch(document.querySelector('.files a').href).then((file) => file.text()).then(done, (error) => done(String(error)))",
    );
    assert_eq!(held, "4711 kWh");
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn a_list_is_narrowed_by_words_status_and_owner_in_its_address() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    let [printer, network] = ["The printer is out of paper", "No network"].map(|subject| {
        let ticket = office.server.ticket();
        office.server.change(ticket, json!({ "subject": subject }));
        ticket
    });
    office.server.change(network, json!({ "status": "Resolved" }));
    let row = |ticket: i64| format!("tbody a[href='/tickets/{ticket}']");
    office.go("/tickets");
    page.wait_for(&row(printer));
    page.wait_for(&row(network));
    page.fill("#find", "printer");
    page.click(".filters button.main");
    page.wait_text("tbody", "out of paper");
    assert!(page.has(&row(printer)) && !page.has(&row(network)));
    assert!(page.path().contains("search=printer"), "{}", page.path());
    office.go("/tickets?owner=none");
    page.pick("#status", "Resolved");
    page.wait_for("a[href='/tickets'].quiet");
    page.wait_text("tbody", "No network");
    assert!(!page.has(&row(printer)), "{}", page.path());
    page.click(&row(network));
    page.wait_text("h1", "No network");
    assert_eq!(page.complaints(), [""; 0]);
}
