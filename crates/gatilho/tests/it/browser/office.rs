//! Where the stories take place: a server with an administrator who has a log-in, and a browser.

use super::chromium::{Browser, Setup};
use crate::support::{Server, Start};
use serde_json::json;

/// The administrator's e-mail address.
pub(crate) const EMAIL: &str = "ana@example.com";

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server and somebody who looks at it.
pub(crate) struct Office {
    pub(crate) server: Server,
    pub(crate) browser: Browser,
}

impl Office {
    /// Opens it; nobody is signed in. `env` comes on top of what every story has.
    pub(crate) fn open(setup: Setup, env: &[(&str, &str)]) -> Office {
        let admin = [("GATILHO_BOOTSTRAP__EMAIL", EMAIL), ("GATILHO_BOOTSTRAP__PASSWORD", PASSWORD)];
        // Fails at once, and is given up after the second attempt.
        let quick = [("GATILHO_DELIVERY__RETRY_EVERY", "20ms"), ("GATILHO_DELIVERY__RETRIES", "1")];
        let server = Start::new().env(&admin).env(&quick).env(env).go();
        Office { server, browser: Browser::open(setup) }
    }

    /// Opens it at its first start, when nobody can sign in yet.
    pub(crate) fn without_administrator(setup: Setup) -> Office {
        Office { server: Start::new().go(), browser: Browser::open(setup) }
    }

    /// With the administrator signed in.
    pub(crate) fn signed_in(setup: Setup) -> Office {
        let office = Office::open(setup, &[]);
        office.sign_in(EMAIL, PASSWORD);
        office
    }

    /// A page's address.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// Opens a page.
    pub(crate) fn go(&self, path: &str) {
        self.browser.go(&self.address(path));
    }

    /// Signs somebody in.
    #[track_caller]
    pub(crate) fn sign_in(&self, user: &str, password: &str) {
        self.enter(&self.browser, user, password);
    }

    /// Signs somebody in who sits at another browser.
    #[track_caller]
    pub(crate) fn enter(&self, browser: &Browser, user: &str, password: &str) {
        browser.go(&self.address("/sign-in"));
        browser.fill("#user", user);
        browser.fill("#password", password);
        browser.click("main button.main");
        browser.wait_for(".person");
    }

    /// Makes an agent with the default profile and a password of their own, who is named like their user name.
    #[track_caller]
    pub(crate) fn agent(&self, name: &str, password: &str) {
        let person =
            json!({ "id": name, "name": name, "person_type": 1, "profile_type": 1, "user_name": name });
        self.server.api("POST", "people", person).ok();
        self.server
            .api("POST", &format!("people/{name}/password"), json!({ "password": password, "user": name }))
            .ok();
    }
}
