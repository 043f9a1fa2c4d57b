//! What somebody sees who may not create triggers, and what changes while they are signed in.

use super::chromium::Setup;
use super::office::{EMAIL, Office, PASSWORD};
use serde_json::{Value, json};

/// Where the default profile of agents is.
fn agents(office: &Office) -> String {
    let profiles = office.server.api("GET", "access-profiles", None).ok();
    let is_agents = |profile: &&Value| profile["is_default"] == true && profile["user_type"] == "agents";
    let found = profiles["items"].as_array().expect("a list").iter().find(is_agents).expect("agents").clone();
    format!("access-profiles/{}", found["id"].as_str().expect("an id"))
}

#[test]
fn somebody_without_the_permission_sees_no_triggers_until_it_is_given_and_no_longer_than_that() {
    let office = Office::open(Setup::default(), &[]);
    let page = &office.browser;
    office.agent("bia", "a password for once");
    let profile = agents(&office);
    office.server.api("PATCH", &profile, json!({ "grants": ["allow_writing_tickets"] })).ok();

    office.sign_in("bia", "a password for once");
    assert_eq!(page.path(), "/account", "a password that somebody else knows is changed first");
    page.fill("#old", "a password for once");
    page.fill("#new", PASSWORD);
    page.click("form[action='/account/password'] button");
    page.wait_text("#note", "password");
    let triggers = ".menu a[href='/settings/automation/triggers']";
    assert!(page.has(".menu nav a") && !page.has(triggers) && !page.has("#bell"));
    for path in ["triggers", "triggers/new", "webhook-log", "endpoints"] {
        office.go(&format!("/settings/automation/{path}"));
        page.wait_text("h1", "Not allowed");
    }

    let more = json!({ "grants": ["allow_writing_tickets", "allow_creating_triggers"] });
    office.server.api("PATCH", &profile, more).ok();
    office.go("/account");
    page.click(triggers);
    page.wait_text("h1", "Triggers");
    assert!(page.has("#bell") && page.has(".menu a[href='/settings/automation/webhook-log']"));

    office.server.api("PATCH", &profile, json!({ "grants": ["allow_writing_tickets"] })).ok();
    page.press("Webhook - execution log");
    page.wait_text("h1", "Not allowed");
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
