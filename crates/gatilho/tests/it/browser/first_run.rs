//! The first run: from the address that the server prints to a first webhook that is seen arriving.

use super::chromium::{Browser, Setup};
use super::office::{EMAIL, Office, PASSWORD};

/// The address of the first run as the server printed it.
fn address(office: &Office) -> String {
    let output = office.server.output();
    let line = output.iter().find_map(|line| line.split_once("works once: "));
    line.unwrap_or_else(|| panic!("no address is printed: {output:?}")).1.to_owned()
}

/// Fills the form in and sends it.
fn make_administrator(page: &Browser) {
    page.fill("#businessName", "Ana Lima");
    page.fill("#emails", EMAIL);
    page.fill("#password", PASSWORD);
    page.click("main button.main");
}

#[test]
fn the_first_run_leads_to_a_first_webhook_that_is_seen_arriving() {
    let office = Office::without_administrator(Setup::default());
    let page = &office.browser;
    office.go("/sign-in");
    page.wait_text("main", "Nobody can sign in yet");

    page.go(&address(&office));
    page.wait_text("h1", "Welcome to Gatilho");
    assert_eq!(page.faults_of_access(), [""; 0]);
    make_administrator(page);
    page.wait_text("h1", "You are set up");
    page.wait_text("#key", "gat_");
    assert_eq!(page.faults_of_access(), [""; 0]);

    page.press("Make the first trigger");
    page.wait_text("h1", "Test receiver");
    page.wait_text("#requests", "Nothing has arrived");
    page.press("Make this trigger");
    page.wait_text("#note", "The trigger is made");
    page.press("Open a ticket");
    page.wait_text("#requests pre", "\"Subject\": \"The printer on the second floor\"");
    page.wait_text("#requests", "webhook-signature: v1,");
    assert_eq!(page.faults_of_access(), [""; 0]);
    page.press("See it in the log");
    page.wait_text("#delivery-head", "Delivered");
    assert_eq!(page.complaints(), [""; 0]);

    page.go(&address(&office));
    assert_eq!(page.path(), "/sign-in", "it works once");
}

#[test]
fn a_wrong_code_makes_nobody_and_the_form_keeps_what_was_typed() {
    let office = Office::without_administrator(Setup { dark: true, ..Setup::default() });
    let page = &office.browser;
    office.go("/first-run?code=guessed");
    make_administrator(page);
    page.wait_text("#faults", "That is not the code");
    assert_eq!(page.script("return document.querySelector('#emails').value", Vec::new()), EMAIL);
    assert_eq!(page.faults_of_access(), [""; 0]);
    office.go("/settings/automation/triggers");
    assert!(page.path().starts_with("/sign-in"), "{}", page.path());
}
