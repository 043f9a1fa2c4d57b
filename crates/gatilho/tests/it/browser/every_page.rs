//! What holds for every page: everybody can use it, it fits a narrow window, nothing jumps, nothing is against its policy.

use super::chromium::{Browser, Setup};
use super::office::{EMAIL, Office, PASSWORD};
use super::samples::Samples;

/// The narrowest window: 1280 pixels at 400 %.
const NARROW: u32 = 320;

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

/// With every menu and panel open: what is folded away is looked at, too.
fn axe(page: &Browser) -> Vec<String> {
    let mut faults = page.faults_of_access();
    page.script("for (const part of document.querySelectorAll('main details')) part.open = true", Vec::new());
    faults.extend(page.faults_of_access());
    for menu in ["details.person", "details.bell"] {
        page.script("const menu = document.querySelector(arguments[0]); if (menu) menu.open = true", vec![menu.into()]);
        faults.extend(page.faults_of_access());
        page.script("const menu = document.querySelector(arguments[0]); if (menu) menu.open = false", vec![menu.into()]);
    }
    faults.sort();
    faults.dedup();
    faults
}

#[test]
fn axe_finds_nothing_on_any_page_in_light_colours() {
    assert_none(&look_at_all(Setup::default(), axe));
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
fn axe_finds_nothing_on_any_page_in_a_narrow_window() {
    assert_none(&look_at_all(Setup { size: (NARROW, 800), ..Setup::default() }, axe));
}

#[test]
fn no_page_is_broader_than_a_narrow_window() {
    const BROAD: &str = "const most = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= most) return [];
        const out = [...document.querySelectorAll('body *')].filter((part) => part.getBoundingClientRect().right > most + 1);
        return [document.documentElement.scrollWidth + ' px: ' + out.slice(-3).map((part) => part.outerHTML.slice(0, 120)).join(' | ')]";
    let faults = look_at_all(Setup { size: (NARROW, 800), ..Setup::default() }, |page| {
        serde_json::from_value(page.script(BROAD, Vec::new())).expect("a list")
    });
    assert_none(&faults);
}

#[test]
fn nothing_jumps_while_a_page_appears_and_nothing_is_against_its_policy() {
    const SHIFTS: &str = "const done = arguments[arguments.length - 1]; const seen = [];
        new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(seen.map((shift) =>
            'moved by ' + shift.value + ': ' + shift.sources.map((source) => source.node?.outerHTML?.slice(0, 120)).join(' | '))), 0)))";
    let faults = look_at_all(Setup::default(), |page| {
        let shifts: Vec<String> = serde_json::from_value(page.later(SHIFTS)).expect("a list");
        shifts.into_iter().chain(page.complaints()).collect()
    });
    assert_none(&faults);
}
