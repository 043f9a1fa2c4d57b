//! Pictures of the pages in both themes: some for the documents, and every page for those who look at it. `cargo xtask
//! pictures` takes them.

use super::chromium::Setup;
use super::office::Office;
use super::samples::Samples;
use std::path::{Path, PathBuf};

/// The workspace in which they are kept; without it none is taken.
const WORKSPACE: &str = "GATILHO_TEST_PICTURES";

/// Pixels of the window.
const SIZE: (u32, u32) = (1280, 900);

/// Pixels from the top that the picture of a long page ends at.
const LONGEST: u32 = 4_000;

/// The bar that sticks to the window's lower edge would lie in the middle of a picture of the whole page.
const LAY_BAR: &str = "for (const bar of document.querySelectorAll('.foot')) bar.style.position = 'static'";

/// Pages with what their pictures show of them at most: pixels from the top.
const HEIGHTS: [(&str, u32); 6] = [
    ("triggers", 620),
    ("webhook-log", 880),
    ("delivery", 680),
    ("endpoints", 360),
    ("notices", 400),
    ("trigger-builder", 838),
];

#[test]
fn pictures_are_taken_when_somebody_wants_them() {
    let Some(workspace) = std::env::var_os(WORKSPACE).map(PathBuf::from) else { return };
    let [place, every] = ["docs/pictures", "target/pictures"].map(|folder| workspace.join(folder));
    for directory in [&place, &every] {
        std::fs::create_dir_all(directory).expect("a directory");
    }
    let office = Office::signed_in(Setup { size: SIZE, ..Setup::default() });
    let samples = Samples::make(&office);
    for (theme, dark) in [("light", false), ("dark", true)] {
        office.browser.prefer(dark);
        take(&office, &samples, &|name| place.join(format!("{name}-{theme}.png")));
        for path in samples.addresses() {
            office.go(&path);
            office.browser.wait_for("h1");
            office.browser.script(LAY_BAR, Vec::new());
            office.browser.picture(&every.join(format!("{}-{theme}.png", name_of(&path))), LONGEST);
        }
    }
}

/// A file's name from a page's address, the same each time: identities are `one`.
fn name_of(path: &str) -> String {
    let parts = path.split(['/', '?', '&']).filter(|part| !part.is_empty());
    parts.map(|part| if part.contains('_') { "one" } else { part }).collect::<Vec<_>>().join("-")
}

fn take(office: &Office, samples: &Samples, file: &dyn Fn(&str) -> PathBuf) {
    let page = &office.browser;
    for (name, height) in HEIGHTS {
        match name {
            "delivery" => office.go(&format!("/settings/automation/webhook-log/{}", samples.delivery)),
            "notices" => office.go("/notices"),
            "trigger-builder" => build(office),
            name => office.go(&format!("/settings/automation/{name}")),
        }
        page.wait_for("h1");
        page.picture(Path::new(&file(name)), height);
    }
}

/// Fills the builder in and tries what it says.
fn build(office: &Office) {
    let page = &office.browser;
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
}
