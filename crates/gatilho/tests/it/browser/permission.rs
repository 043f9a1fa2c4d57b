//! What somebody sees who may not create triggers, and what changes while they are signed in.

use super::chromium::{Browser, Setup};
use super::office::{EMAIL, Office, PASSWORD};

/// A password that an administrator made.
const FOR_ONCE: &str = "a password for once";

/// The parameter that the story is about.
const BOX: &str = "input[name=grants][value=allow_creating_triggers]";

/// The link to the triggers in the menu.
const TRIGGERS: &str = ".menu a[href='/settings/automation/triggers']";

/// Ticks or unticks *Allow creating triggers* for the agents, as an administrator.
fn tick(admin: &Browser) {
    admin.press("Access profiles");
    admin.wait_text("h1", "Access profiles");
    admin.press("agents");
    admin.wait_text("h1", "agents");
    admin.click(BOX);
    admin.click(".foot button.main");
    admin.wait_text("#note", "Saved");
}

#[test]
fn who_is_signed_in_sees_triggers_and_the_log_from_the_tick_of_an_administrator_to_the_next() {
    let office = Office::signed_in(Setup::default());
    let admin = &office.browser;
    office.agent("bia", FOR_ONCE);
    let hers = Browser::open(Setup::default());
    office.enter(&hers, "bia", FOR_ONCE);
    hers.wait_text("main", "Choose one of your own");
    hers.fill("#old", FOR_ONCE);
    hers.fill("#new", PASSWORD);
    hers.click("form[action='/account/password'] button");
    hers.wait_text("#note", "password");

    for path in ["triggers", "triggers/new", "webhook-log", "endpoints"] {
        hers.go(&office.address(&format!("/settings/automation/{path}")));
        hers.wait_text("h1", "Not allowed");
    }

    hers.go(&office.address("/account"));
    assert!(hers.has(".menu nav a") && !hers.has(TRIGGERS) && !hers.has("#bell"));

    tick(admin);
    hers.press("People");
    hers.wait_text("h1", "People");
    hers.wait_for(TRIGGERS);
    hers.press("Webhook - execution log");
    hers.wait_text("h1", "Webhook - execution log");
    hers.click(TRIGGERS);
    hers.wait_text("h1", "Triggers");
    assert!(hers.has("#bell"));

    tick(admin);
    hers.press("Webhook - execution log");
    hers.wait_text("h1", "Not allowed");
    assert!(!hers.has(TRIGGERS) && !hers.has("#bell"));
    assert_eq!(admin.complaints(), [""; 0]);
}

#[test]
fn a_wrong_password_and_a_page_for_others_lead_where_they_should() {
    let office = Office::open(Setup::default(), &[]);
    let page = &office.browser;
    office.go("/settings/automation/webhook-log?status=failed");
    assert!(page.path().starts_with("/sign-in?back="), "{}", page.path());
    page.fill("#user", EMAIL);
    page.fill("#password", "not this one");
    page.click("main button.main");
    page.wait_text("#fault", "");
    page.fill("#password", PASSWORD);
    page.click("main button.main");
    page.wait_text("h1", "execution log");
    assert_eq!(page.path(), "/settings/automation/webhook-log?status=failed");
    page.click(".person summary");
    page.press("Sign out");
    page.wait_text("h1", "Sign in");
    office.go("/account");
    assert!(page.path().starts_with("/sign-in"), "the session is over");
}
