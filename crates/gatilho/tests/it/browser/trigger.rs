//! A trigger is built, tried, enabled, and its webhook is seen arriving.

use super::chromium::Setup;
use super::office::Office;
use crate::support::{Receiver, Reply, always, wait_until};
use serde_json::json;

#[test]
fn a_trigger_is_built_tried_and_enabled_and_its_webhook_arrives_in_the_log_live() {
    let office = Office::signed_in(Setup::default());
    let receiver = Receiver::start(always(Reply::status(200)));
    let page = &office.browser;
    let ticket = office.server.ticket();

    page.press("Make the first trigger");
    page.fill("#name", "Tell of solutions");
    page.choose("#all-0-field", "Status");
    page.wait_text("#all-0-operator", "changed to");
    page.choose("#all-0-value", "Resolved");
    page.fill("#actions-0-url", &receiver.url("/hook"));
    page.wait_text("#sentence", "Resolved");

    page.click("#try-body");
    page.wait_text("#tried-note", &format!("The body for ticket {ticket}"));
    page.wait_text("#tried pre", "\"Subject\": \"new\"");
    page.click("#try-changes");
    page.wait_text("#tried-note", "It would have fired for none");
    page.click("#try-send-0");
    page.wait_text("#tried-note", "The receiver accepted the test");
    assert_eq!(receiver.wait_for(1)[0].header("gatilho-test"), Some("true"));

    page.click("input[name=enabled]");
    page.click(".foot button.main");
    page.wait_text(".tools .state", "Disabled");
    page.press("Enable");
    page.wait_text(".tools .state", "Enabled");

    page.press("Webhook - execution log");
    page.wait_text("#log", "No webhook was fired yet");
    office.server.change(ticket, json!({ "status": "Resolved" }));
    page.wait_text("#log tbody tr", "Delivered");
    page.wait_text("#log tbody tr", "Tell of solutions");
    assert_eq!(receiver.wait_for(2).len(), 2, "the test and the webhook");

    page.click("#log tbody th a");
    page.wait_text("h1", "Delivery dlv_");
    page.wait_text("main", "Why it fired");
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn choosing_with_the_mouse_brings_the_operators_and_values_that_fit() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    office.go("/settings/automation/triggers/new");
    page.pick("#all-0-field", "Subject");
    page.wait_text("#all-0-operator", "contains");
    page.pick("#all-0-field", "Urgency");
    page.wait_text("#sentence", "rgency");
    page.pick("#all-0-operator", "changed to");
    page.wait_text("#all-0-value", "Urgent");
    page.pick("#all-0-operator", "is empty");
    wait_until("no value is asked for", || (!page.has("#all-0-value")).then_some(()));
    page.wait_text("#sentence", "empty");
    assert_eq!(page.complaints(), [""; 0]);
}
