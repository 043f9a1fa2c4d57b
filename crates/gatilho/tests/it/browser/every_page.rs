//! What holds for every page: everybody can use it, it fits a narrow window, nothing jumps, nothing is against its policy.

use super::chromium::{Browser, Setup};
use super::office::{EMAIL, Office, PASSWORD};
use super::samples::Samples;

/// The narrowest window.
const NARROW: (u32, u32) = (320, 800);

/// A window of 1280 by 1024 pixels at 400 %.
const ZOOMED: (u32, u32, u32) = (320, 256, 4);

/// Bytes over the wire at the first look at a page.
const BYTES_MOST: u64 = 100_000;

/// Opens each page and collects what is wrong with it, each line with its page in front.
fn look_at_all(setup: Setup, look: impl Fn(&Browser) -> Vec<String>) -> Vec<String> {
    let office = Office::open(setup, &[]);
    let samples = Samples::make(&office);
    office.go("/sign-in");
    let mut faults = look(&office.browser);
    office.sign_in(EMAIL, PASSWORD);
    for path in samples.addresses() {
        office.go(&path);
        if path != "/sign-in" {
            assert!(office.browser.has(".person"), "{path} is no page: {:?}", office.browser.text("body"));
        }
        faults.extend(look(&office.browser).into_iter().map(|fault| format!("{path}: {fault}")));
    }
    faults
}

#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// With everything unfolded on the page: what is folded away is looked at, too. The bar that sticks to the lower edge lies
/// where it ends up: what it covers now can be scrolled to.
fn axe(page: &Browser) -> Vec<String> {
    const UNFOLD: &str = "for (const part of document.querySelectorAll('main details')) part.open = true;
        for (const bar of document.querySelectorAll('.foot')) bar.style.position = 'static'";
    page.script(UNFOLD, Vec::new());
    page.faults_of_access()
}

/// Parts of the page that stick out of a narrow window.
fn broad(page: &Browser) -> Vec<String> {
    const BROAD: &str = "const most = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= most) return [];
        const out = [...document.querySelectorAll('body *')].filter((part) => part.getBoundingClientRect().right > most + 1);
        return [document.documentElement.scrollWidth + ' px: ' + out.slice(-3).map((part) => part.outerHTML.slice(0, 120)).join(' | ')]";
    serde_json::from_value(page.script(BROAD, Vec::new())).expect("a list")
}

/// Parts of the page that moved while it appeared.
fn jumps(page: &Browser) -> Vec<String> {
    const SHIFTS: &str = "const done = arguments[arguments.length - 1]; const seen = [];
        new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(seen.map((shift) =>
            'moved by ' + shift.value + ': ' + shift.sources.map((source) => source.node?.outerHTML?.slice(0, 120)).join(' | '))), 0)))";
    serde_json::from_value(page.later(SHIFTS)).expect("a list")
}

/// What is heavier than a page may be: itself and all that it loads, as if nothing was kept from earlier.
fn heavy(page: &Browser) -> Vec<String> {
    // Headers are counted flat, as browsers do where they may not look.
    const WEIGH: &str = "const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        return loaded.reduce((sum, one) => sum + one.encodedBodySize + 300, 0)";
    let bytes = page.script(WEIGH, Vec::new()).as_u64().expect("a number");
    assert!(bytes > 20_000, "{bytes} bytes: stylesheet and scripts are counted");
    if bytes <= BYTES_MOST { Vec::new() } else { vec![format!("{bytes} bytes over the wire")] }
}

#[test]
fn on_no_page_does_axe_find_anything_or_something_jump_or_weigh_too_much_or_go_against_its_policy() {
    assert_none(&look_at_all(Setup::default(), |page| {
        [jumps(page), heavy(page), axe(page), page.complaints()].concat()
    }));
}

#[test]
fn axe_finds_nothing_on_any_page_in_dark_colours() {
    let dark = Setup { dark: true, ..Setup::default() };
    assert_none(&look_at_all(dark, |page| {
        let ground = page.script("return getComputedStyle(document.body).backgroundColor", Vec::new());
        assert_eq!(ground, "rgb(18, 21, 29)", "it is dark");
        axe(page)
    }));
}

#[test]
fn no_page_is_broader_than_a_narrow_window_and_axe_finds_nothing_there() {
    let narrow = Setup { size: NARROW, ..Setup::default() };
    assert_none(&look_at_all(narrow, |page| {
        let mut faults = [broad(page), axe(page)].concat();
        page.zoom(ZOOMED.0, ZOOMED.1, ZOOMED.2);
        faults.extend(broad(page).into_iter().map(|fault| format!("at 400 %: {fault}")));
        page.resize(NARROW.0, NARROW.1);
        faults
    }));
}

#[test]
fn axe_finds_nothing_in_the_open_menus() {
    let office = Office::signed_in(Setup::default());
    let _samples = Samples::make(&office);
    for dark in [false, true] {
        office.browser.prefer(dark);
        for menu in [".person", "#bell", "tbody .float"] {
            office.go("/settings/automation/triggers");
            office.browser.click(&format!("{menu} > summary"));
            assert_none(&office.browser.faults_of_access());
        }
    }
}
