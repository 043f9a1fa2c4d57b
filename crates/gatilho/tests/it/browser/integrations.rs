//! Two domains of one server are linked on the page, follow each other, and part.

use super::chromium::{Browser, Setup};
use super::office::{EMAIL, Office, PASSWORD};
use crate::support::{Start, gatilho, wait_until};
use tempfile::TempDir;

const LIST: &str = "/settings/account/integrations";

/// A second domain of the office's server, and its administrator at a browser of their own.
struct Supplier {
    key: String,
    url: String,
    browser: Browser,
    _home: TempDir,
}

impl Supplier {
    /// Its people log in under another name of this machine.
    fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.url));
    }
}

/// What stands behind this text in the line that has it.
fn behind(text: &str, what: &str) -> String {
    let line = text.lines().find_map(|line| line.split_once(what));
    line.unwrap_or_else(|| panic!("no `{what}` in\n{text}")).1.trim().to_owned()
}

/// An office whose server has a second domain; both administrators are signed in. On SQLite whatever this run is about: a
/// directory that nobody else uses is what making a domain needs there.
fn two_domains() -> (Office, Supplier) {
    let home = tempfile::tempdir().expect("a directory");
    let data = home.path().join("data");
    let data = data.to_str().expect("UTF-8");
    let database = format!("sqlite:{data}");
    let env = [
        ("GATILHO_STORE__DATABASE", database.as_str()),
        ("GATILHO_BOOTSTRAP__EMAIL", EMAIL),
        ("GATILHO_BOOTSTRAP__PASSWORD", PASSWORD),
    ];
    let mut server = Start::new().data(data.as_ref()).at_its_port().env(&env).go();
    assert!(server.terminate().success());
    let create =
        ["admin", "domain", "create", "supplier", "--host", "localhost", "--email", "bob@example.com"];
    let said = gatilho(&[&create[..], &["--data", data]].concat(), &[]).ok();
    server.start_again();
    let office = Office { server, browser: Browser::open(Setup::default()) };
    office.sign_in(EMAIL, PASSWORD);
    let given = behind(&said, "password, shown this once: ");
    let url = office.server.url().replace("127.0.0.1", "localhost");
    let key = behind(&said, "API key, shown this once: ");
    let supplier = Supplier { key, url, browser: Browser::open(Setup::default()), _home: home };
    supplier.go("/sign-in");
    let theirs = &supplier.browser;
    theirs.fill("#user", "bob@example.com");
    theirs.fill("#password", &given);
    theirs.click("main button.main");
    theirs.wait_text("main", "Choose one of your own");
    theirs.fill("#old", &given);
    theirs.fill("#new", PASSWORD);
    theirs.click("form[action='/account/password'] button");
    theirs.wait_text("#note", "password");
    (office, supplier)
}

/// Links both on the page; answers the address of the integration's page.
fn link(office: &Office, supplier: &Supplier) -> String {
    let page = &office.browser;
    office.go(LIST);
    page.wait_text("main", "No integration yet");
    page.click(".empty a.main");
    page.wait_text("h1", "New integration");
    page.fill("#url", &office.server.url());
    page.fill("#key", "not a key");
    page.fill("#name", "Supplier");
    page.click("#check");
    page.wait_text("#key-fault", "does not know this key");
    page.fill("#key", &supplier.key);
    page.click("#check");
    page.wait_text("#checked", "accepts the key");
    // The conditions follow what is ticked.
    page.wait_for("#any-3-field");
    page.click("#events input[value=status]");
    wait_until("a condition less", || (!page.has("#any-3-field")).then_some(()));
    page.click("#events input[value=status]");
    page.wait_for("#any-3-field");
    page.click(".foot button.main");
    page.wait_text("#note", "The domains are linked");
    page.path().split('?').next().expect("a path").to_owned()
}

/// What the browser complains of, but for forms that were refused and for the line of news that is not open to those who
/// have to change their password.
fn complaints(page: &Browser) -> Vec<String> {
    let mut all = page.complaints();
    all.retain(|line| !line.contains("400 (Bad Request)") && !line.contains("/account - EventSource"));
    all
}

/// Opens a page again and again until an element of it holds a text.
#[track_caller]
fn see(page: &Browser, go: impl Fn(), css: &str, text: &str) {
    wait_until(&format!("`{text}` in `{css}`"), || {
        go();
        page.text(css).is_some_and(|found| found.contains(text)).then_some(())
    });
}

#[test]
fn two_domains_are_linked_on_the_page_follow_each_other_and_part() {
    let (office, supplier) = two_domains();
    let (page, theirs) = (&office.browser, &supplier.browser);
    let integration = link(&office, &supplier);

    let ticket = format!("/tickets/{}", office.server.ticket());
    see(page, || office.go(&ticket), "#counterpart", "Ticket 1");
    page.wait_text("#counterpart .tag", "New");
    supplier.go("/tickets/1");
    theirs.wait_text("#counterpart", "Ticket");
    theirs.fill("#actions", "We look at it.");
    theirs.click("#reply button.main");
    see(page, || office.go(&ticket), ".entry:last-child .said", "We look at it.");
    theirs.choose("#status", "Resolved");
    theirs.click("#fields button.main");
    see(page, || office.go(&ticket), "#counterpart .tag", "Resolved");
    page.wait_text(".tools", "Resolved");

    supplier.go("/settings/automation/triggers");
    theirs.wait_text("tbody .tag", "Supplier");
    theirs.click("tbody th a");
    theirs.wait_text("main", "Kept by the integration Supplier");
    theirs.press("Disable");
    theirs.wait_text("#note", "disabled");
    see(page, || office.go(&integration), "#integration", "The trigger was disabled");
    page.click("#put-back");
    page.wait_text("#note", "as agreed");
    assert!(!page.has("#put-back"));

    page.press("Disable");
    page.wait_text("#state", "Disabled");
    supplier.go(LIST);
    theirs.wait_text("tbody", "Disabled");
    page.press("Enable");
    page.wait_text("#state", "Works");

    page.press("Remove");
    page.wait_text("h1", "Remove Supplier?");
    page.click("main form.card button.danger");
    page.wait_text("#note", "was removed");
    supplier.go(LIST);
    theirs.wait_text("main", "No integration yet");
    supplier.go("/settings/automation/triggers");
    theirs.wait_text("main", "No trigger yet");
    office.go(&ticket);
    page.wait_text("#counterpart", "Integration removed");
    assert_eq!([complaints(page), complaints(theirs)], [[""; 0], [""; 0]]);
}

#[test]
fn a_counterpart_is_created_from_a_ticket_unlinked_and_another_one_linked() {
    let (office, supplier) = two_domains();
    let page = &office.browser;
    let body = serde_json::json!({
        "name": "Supplier", "url": office.server.url(), "key": supplier.key, "events": ["status"], "both_ways": true,
    });
    office.server.api("POST", "integrations", body).ok();
    let ticket = format!("/tickets/{}", office.server.ticket());
    office.go(&ticket);
    page.click("#counterpart-open");
    page.wait_text("#note", "opened over there");
    page.wait_text("#counterpart", "Ticket 1");
    page.script("window.confirm = () => true", Vec::new());
    page.press("Unlink from ticket 1");
    page.wait_text("#note", "no longer linked");
    supplier.go("/tickets/1");
    supplier.browser.wait_for("#counterpart-open");
    page.fill("#counterpart-number", "99");
    page.click("#counterpart-link");
    page.wait_text("#counterpart-fault", "99");
    page.fill("#counterpart-number", "1");
    page.click("#counterpart-link");
    page.wait_text("#note", "are linked");
    supplier.go("/tickets/1");
    supplier.browser.wait_text("#counterpart .tag", "New");
    assert_eq!(complaints(page), [""; 0]);
}

#[test]
fn an_integration_whose_other_side_is_dead_is_removed_here_alone() {
    let office = Office::signed_in(Setup::default());
    let mut other = Start::new().go();
    let page = &office.browser;
    let body = serde_json::json!({
        "name": "Supplier", "url": other.url(), "key": crate::support::KEY, "events": ["status"], "both_ways": true,
    });
    let half = office.server.api("POST", "integrations", body).ok();
    let id = half["id"].as_str().expect("an id");
    other.kill();
    office.go(&format!("{LIST}/{id}"));
    page.wait_text("h1", "Supplier");
    page.press("Remove");
    page.wait_text("h1", "Remove Supplier?");
    page.click("main form.card button.danger");
    page.wait_text("#told", "refused the connection");
    assert_eq!(office.server.api("GET", &format!("integrations/{id}"), None).ok()["name"], "Supplier");
    page.press("Remove on this side alone");
    page.wait_text("#note", "was removed");
    page.wait_text("main", "No integration yet");
    let triggers = office.server.api("GET", "triggers", None).ok();
    assert_eq!(triggers["items"], serde_json::json!([]), "its trigger went with it");
}
