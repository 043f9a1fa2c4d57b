//! A receiver fails and comes back: what the bell, the log and the notices show of it.

use super::chromium::Setup;
use super::office::Office;
use crate::support::{Receiver, Reply};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_receiver_that_fails_rings_the_bell_and_its_deliveries_are_resent_until_it_has_recovered() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    let well = Arc::new(AtomicBool::new(false));
    let answers_well = Arc::clone(&well);
    let receiver = Receiver::start(move |_, _| {
        Reply::status(if answers_well.load(Ordering::SeqCst) { 200 } else { 503 })
    });
    office.server.tell_of_subjects(&receiver.url("/hook"));
    let ticket = office.server.ticket();

    office.go("/settings/automation/triggers");
    office.server.change(ticket, json!({ "subject": "changed" }));
    page.wait_text("#bell .count", "1");
    page.click("#bell-button");
    page.wait_text("#bell .panel", &receiver.address().to_string());
    page.press("All notices");
    page.wait_text("h1", "Notices");
    page.wait_text("#notices", "1 delivery gave up");

    page.press("Webhook - execution log");
    page.wait_text("#log tbody tr", "Failed");
    page.wait_text("#log tbody tr", "503");
    page.click("#log tbody th a");
    page.wait_text("#delivery-head", "Failed");
    page.wait_text(".steps", "answered 503");

    well.store(true, Ordering::SeqCst);
    page.click("#resend");
    page.wait_text("#note", "It goes out again");
    page.wait_text("#delivery-head", "Delivered");
    page.wait_text(".steps", "Accepted");
    let requests = receiver.wait_for(3);
    assert!(requests.iter().all(|request| request.webhook_id() == requests[0].webhook_id()), "one identity");

    office.go("/notices");
    page.wait_text("#notices", "Recovered");
    assert_eq!(page.complaints(), [""; 0]);
}
