//! Pictures of the pages for the documents, in both themes. `cargo xtask pictures` takes them.

use super::chromium::Setup;
use super::office::Office;
use super::samples::Samples;
use std::path::{Path, PathBuf};

/// Where the pictures go; without it none is taken.
const PLACE: &str = "GATILHO_TEST_PICTURES";

/// Pixels of a picture.
const SIZE: (u32, u32) = (1180, 760);

#[test]
fn pictures_are_taken_when_somebody_wants_them() {
    let Some(place) = std::env::var_os(PLACE).map(PathBuf::from) else { return };
    std::fs::create_dir_all(&place).expect("a directory");
    let office = Office::signed_in(Setup { size: SIZE, ..Setup::default() });
    let samples = Samples::make(&office);
    for (theme, dark) in [("light", false), ("dark", true)] {
        office.browser.prefer(dark);
        take(&office, &samples, &|name| place.join(format!("{name}-{theme}.png")));
    }
}

fn take(office: &Office, samples: &Samples, file: &dyn Fn(&str) -> PathBuf) {
    let page = &office.browser;
    let keep = |name: &str| page.picture(Path::new(&file(name)), SIZE.1);
    for (name, path) in [
        ("triggers", "/settings/automation/triggers".to_owned()),
        ("webhook-log", "/settings/automation/webhook-log".to_owned()),
        ("delivery", format!("/settings/automation/webhook-log/{}", samples.delivery)),
        ("endpoints", "/settings/automation/endpoints".to_owned()),
        ("notices", "/notices".to_owned()),
    ] {
        office.go(&path);
        page.wait_text("h1", "");
        keep(name);
    }
    office.go("/settings/automation/triggers/new");
    page.fill("#name", "Tell the warehouse");
    page.choose("#all-0-field", "Status");
    page.wait_text("#all-0-operator", "changed to");
    page.choose("#all-0-value", "Resolved");
    page.fill("#actions-0-url", "https://warehouse.example.com/hooks/tickets");
    page.wait_text("#sentence", "warehouse.example.com");
    page.click("#try-changes");
    page.wait_text("#tried-note", "It would have fired");
    page.script("document.activeElement.blur(); scrollTo(0, 0)", Vec::new());
    keep("trigger-builder");
}
