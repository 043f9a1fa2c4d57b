//! The three languages: asked for by the browser, chosen by the person, kept.

use super::chromium::Setup;
use super::office::{EMAIL, Office, PASSWORD};

/// A language, how it calls itself, and the titles of the sign-in page, the triggers, the log and the endpoints in it.
const LANGUAGES: [(&str, &str, [&str; 4]); 3] = [
    ("en", "English", ["Sign in", "Triggers", "Webhook - execution log", "Endpoints"]),
    ("pt-BR", "Português", ["Entrar", "Gatilhos", "Webhook - log de execução", "Destinos"]),
    ("es", "Español", ["Iniciar sesión", "Disparadores", "Webhook - registro de ejecución", "Destinos"]),
];

const PAGES: [&str; 3] =
    ["/settings/automation/triggers", "/settings/automation/webhook-log", "/settings/automation/endpoints"];

#[test]
fn the_browser_asks_for_its_language_and_gets_it() {
    for (tag, _, titles) in LANGUAGES {
        let office = Office::open(Setup { language: tag, ..Setup::default() }, &[]);
        office.go("/sign-in");
        office.browser.wait_text("h1", titles[0]);
    }
}

#[test]
fn a_person_changes_the_language_on_any_page_and_it_stays() {
    let office = Office::open(Setup::default(), &[]);
    let page = &office.browser;
    office.go("/sign-in");
    page.press("Español");
    page.wait_text("h1", "Iniciar sesión");
    office.sign_in(EMAIL, PASSWORD);
    for (tag, name, titles) in LANGUAGES {
        page.click(".person summary");
        page.press(name);
        for (path, title) in PAGES.iter().zip(&titles[1..]) {
            office.go(path);
            page.wait_text("h1", title);
            assert_eq!(page.script("return document.documentElement.lang", Vec::new()), tag);
        }
    }
}
