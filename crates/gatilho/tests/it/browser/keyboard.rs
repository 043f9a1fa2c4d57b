//! Everything with the keyboard alone: from the empty form to a webhook that has arrived.

use super::chromium::{Browser, Setup};
use super::office::Office;
use crate::support::{Receiver, Reply, always};
use fantoccini::key::Key;

/// What somebody may have to fill in, choose or press, at most.
const INPUTS_MOST: usize = 8;

/// Tabs until an element has the focus; looks that the focus can be seen on the way.
#[track_caller]
fn tab_to(page: &Browser, css: &str) {
    let look = "const at = document.activeElement; const box = at.getBoundingClientRect();
        return [at.matches(arguments[0]), getComputedStyle(at).outlineStyle !== 'none' && box.width > 0, at.outerHTML]";
    for _ in 0..80 {
        page.tab();
        let (there, seen, what): (bool, bool, String) =
            serde_json::from_value(page.script(look, vec![css.into()])).expect("what has the focus");
        assert!(seen, "the focus cannot be seen on {what}");
        if there {
            return;
        }
    }
    panic!("`{css}` is not reached with the keyboard");
}

#[test]
fn a_working_webhook_trigger_takes_at_most_eight_inputs_with_the_keyboard_alone() {
    let office = Office::signed_in(Setup::default());
    let receiver = Receiver::start(always(Reply::status(200)));
    let page = &office.browser;
    office.go("/settings/automation/triggers/new");

    let url = receiver.url("/hook");
    let enter = char::from(Key::Enter).to_string();
    let inputs = [
        ("#name", "Tell of solutions"),
        ("#all-0-field", "Status"),
        ("#all-0-value", "Resolved"),
        ("#actions-0-url", url.as_str()),
        (".foot button.main", enter.as_str()),
    ];
    assert!(inputs.len() <= INPUTS_MOST);
    for (css, keys) in inputs {
        tab_to(page, css);
        page.keys(keys);
        if css == "#all-0-field" {
            // The operators and values of the other field come; the focus stays.
            page.wait_text("#all-0-value", "Resolved");
            let focused = page.script("return document.activeElement.id", Vec::new());
            assert_eq!(focused, "all-0-field");
        }
    }
    page.wait_text("#note", "Saved");

    let ticket = office.server.ticket();
    office.server.change(ticket, serde_json::json!({ "status": "Resolved" }));
    assert_eq!(receiver.wait_for(1)[0].json()["Status"], "Resolved");
}

#[test]
fn a_button_keeps_the_focus_while_the_form_is_exchanged() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    office.go("/settings/automation/triggers/new");
    let held_back = "const fetch = window.fetch;
        const released = new Promise((release) => { window.release = release; });
        window.fetch = async (...call) => { await released; return fetch(...call); };";
    page.script(held_back, Vec::new());
    tab_to(page, "#all-0-field");
    page.keys("Status");
    tab_to(page, ".foot button.main");
    assert!(page.text("#all-0-value").is_none_or(|values| !values.contains("Resolved")), "not exchanged yet");
    page.script("window.release()", Vec::new());
    page.wait_text("#all-0-value", "Resolved");
    let held = page.script("return document.activeElement.matches('.foot button.main')", Vec::new());
    assert_eq!(held, true);
}

#[test]
fn the_focus_stays_when_the_sentence_follows_what_is_typed() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    office.go("/settings/automation/triggers/new");
    tab_to(page, "#all-0-field");
    page.keys("Status");
    page.wait_text("#all-0-value", "Resolved");
    tab_to(page, "#actions-0-url");
    page.keys("https://example.com/hook");
    page.wait_text("#sentence", "https://example.com/hook");
    // What follows an exchange has been done when the next script runs.
    assert_eq!(page.script("return document.activeElement.id", Vec::new()), "actions-0-url");
}

#[test]
fn what_is_typed_while_the_form_is_exchanged_is_kept() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    office.go("/settings/automation/triggers/new");
    let slow = "const fetch = window.fetch;
        window.fetch = async (...call) => {
            await new Promise((done) => setTimeout(done, 1000));
            return fetch(...call);
        };";
    page.script(slow, Vec::new());

    tab_to(page, "#all-0-field");
    page.keys("Status");
    tab_to(page, "#actions-0-url");
    page.keys("https://example.com/hook");
    page.wait_text("#all-0-value", "Resolved");

    let look = "const at = document.activeElement; return [at.id, at.value, at.selectionStart]";
    let kept = page.script(look, Vec::new());
    assert_eq!(kept, serde_json::json!(["actions-0-url", "https://example.com/hook", 24]));
    let field = "return document.querySelector('#all-0-field').selectedOptions[0].textContent";
    assert_eq!(page.script(field, Vec::new()), "Status");

    // A button that is pressed before a list has been answered does what it says, and only once.
    page.script("document.querySelector('#all-0-operator').focus()", Vec::new());
    page.keys("changed from");
    page.click("#add-all");
    page.click("#add-all");
    page.wait_for("#all-1-field");
    let operator = "return document.querySelector('#all-0-operator').value";
    assert_eq!(page.script(operator, Vec::new()), "changed_from");
    assert!(!page.has("#all-2-field"));
}

#[test]
fn the_first_tab_skips_to_the_content_and_menus_close_with_escape() {
    let office = Office::signed_in(Setup::default());
    let page = &office.browser;
    office.go("/settings/automation/webhook-log");
    tab_to(page, ".skip");
    page.keys(&char::from(Key::Enter).to_string());
    assert_eq!(page.script("return document.activeElement.id", Vec::new()), "main");
    page.script("document.querySelector('#bell-button').focus()", Vec::new());
    page.keys(" ");
    assert!(page.has("#bell[open] .panel"));
    tab_to(page, "#bell .panel a");
    page.keys(&char::from(Key::Escape).to_string());
    let after =
        page.script("return [document.activeElement.id, document.querySelector('#bell').open]", Vec::new());
    assert_eq!(after, serde_json::json!(["bell-button", false]));
}
