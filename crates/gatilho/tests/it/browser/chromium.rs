//! A Chromium of its own for each story, driven over WebDriver. Stories are told in order, so every step waits.

use crate::support::{wait_ok, wait_until};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tokio::runtime::Runtime;

/// The tool that finds faults of accessibility; from the npm registry, as published.
const AXE: &str = include_str!("../../assets/axe.min.js");

/// How a browser is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    /// Pixels of the window.
    pub(crate) size: (u32, u32),
    /// What it asks servers for.
    pub(crate) language: &'static str,
    /// Whether the device prefers dark colours.
    pub(crate) dark: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Setup { size: (1280, 900), language: "en", dark: false }
    }
}

/// A browser with one window.
pub(crate) struct Browser {
    pub(super) runtime: Runtime,
    pub(super) client: Client,
    driver: Child,
}

impl Browser {
    /// Starts one.
    pub(crate) fn open(setup: Setup) -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; `cargo xtask ci --yes` installs it");
        let port = port_of(&mut driver);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connected = builder.capabilities(capabilities(setup)).connect(&address);
        let client = runtime.block_on(connected).expect("a session with Chromium");
        let browser = Browser { runtime, client, driver };
        browser.prefer(setup.dark);
        browser.resize(setup.size.0, setup.size.1);
        browser
    }

    /// Opens an address.
    pub(crate) fn go(&self, url: &str) {
        self.runtime.block_on(self.client.goto(url)).unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Where it is now, without scheme and host.
    pub(crate) fn path(&self) -> String {
        let url = self.runtime.block_on(self.client.current_url()).expect("an address");
        url[url::Position::BeforePath..].to_owned()
    }

    /// The text of the first element that fits.
    pub(crate) fn text(&self, css: &str) -> Option<String> {
        let found = async { self.client.find(Locator::Css(css)).await?.text().await };
        self.runtime.block_on(found).ok()
    }

    /// Whether something fits now.
    pub(crate) fn has(&self, css: &str) -> bool {
        self.text(css).is_some()
    }

    /// Waits until something fits.
    #[track_caller]
    pub(crate) fn wait_for(&self, css: &str) {
        wait_until(&format!("`{css}`"), || self.has(css).then_some(()));
    }

    /// Waits until the first element that fits holds this text.
    #[track_caller]
    pub(crate) fn wait_text(&self, css: &str, text: &str) {
        wait_until(&format!("`{text}` in `{css}`"), || {
            self.text(css).is_some_and(|found| found.contains(text)).then_some(())
        });
    }

    /// Clicks the first element that fits, once it is there.
    #[track_caller]
    pub(crate) fn click(&self, css: &str) {
        self.press_on(&format!("`{css}` to click"), Locator::Css(css));
    }

    /// Clicks a link or button by its words.
    #[track_caller]
    pub(crate) fn press(&self, words: &str) {
        let path = format!(
            "//*[self::a or self::button or self::summary][normalize-space()='{words}' or @aria-label='{words}']"
        );
        self.press_on(&format!("`{words}` to press"), Locator::XPath(&path));
    }

    #[track_caller]
    fn press_on(&self, what: &str, locator: Locator<'_>) {
        wait_ok(what, || self.done(self.try_press(locator)));
    }

    /// Waits for the driver; what it says against it, in words.
    fn done(&self, command: impl Future<Output = Result<(), CmdError>>) -> Result<(), String> {
        self.runtime.block_on(command).map_err(|error| error.to_string())
    }

    async fn try_press(&self, locator: Locator<'_>) -> Result<(), CmdError> {
        let element = self.client.find(locator).await?;
        match element.click().await {
            // The driver takes what a closed `details` holds for hidden, also where the stylesheet shows it.
            Err(error) if error.is_element_not_interactable() && self.is_seen(&element).await? => {
                self.point_at(element).await
            }
            done => done,
        }
    }

    /// Whether somebody can see it: it is what is at its own middle.
    async fn is_seen(&self, element: &Element) -> Result<bool, CmdError> {
        const LOOK: &str = "const [part] = arguments; part.scrollIntoView({ block: 'nearest' });
            const box = part.getBoundingClientRect();
            return part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))";
        let element = serde_json::to_value(element)?;
        Ok(self.client.execute(LOOK, vec![element]).await? == Value::Bool(true))
    }

    /// Presses the mouse's button on it.
    async fn point_at(&self, element: Element) -> Result<(), CmdError> {
        let there = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        let press = MouseActions::new("mouse".into())
            .then(there)
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(press).await
    }

    /// Empties a field and types into it, once it is there.
    #[track_caller]
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let fill = || async {
            let element = self.client.find(Locator::Css(css)).await?;
            element.clear().await?;
            element.send_keys(text).await
        };
        wait_ok(&format!("`{css}` to fill in"), || self.done(fill()));
    }

    /// Chooses an option of a list by typing its words there.
    #[track_caller]
    pub(crate) fn choose(&self, css: &str, label: &str) {
        let choose = || async { self.client.find(Locator::Css(css)).await?.send_keys(label).await };
        wait_ok(&format!("`{css}` = `{label}`"), || self.done(choose()));
    }

    /// Chooses an option of a list with the mouse. The open list is no part of the page, and out of the driver's reach: what
    /// Chromium tells the page of a choice there is told by script.
    #[track_caller]
    pub(crate) fn pick(&self, css: &str, label: &str) {
        const PICK: &str = "const list = document.querySelector(arguments[0]);
            const option = [...list.options].find((option) => option.text === arguments[1]);
            if (!option) return false;
            option.selected = true;
            for (const name of ['input', 'change']) list.dispatchEvent(new Event(name, { bubbles: true }));
            return true";
        wait_until(&format!("`{label}` in `{css}`"), || {
            (self.script(PICK, vec![css.into(), label.into()]) == true).then_some(())
        });
    }

    /// Presses keys where the focus is.
    #[track_caller]
    pub(crate) fn keys(&self, keys: &str) {
        let pressed = async { self.client.active_element().await?.send_keys(keys).await };
        self.runtime.block_on(pressed).unwrap_or_else(|error| panic!("keys: {error}"));
    }

    /// Moves the focus forward.
    #[track_caller]
    pub(crate) fn tab(&self) {
        self.keys(&char::from(Key::Tab).to_string());
    }

    /// Runs a script in the page.
    #[track_caller]
    pub(crate) fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.runtime
            .block_on(self.client.execute(script, arguments))
            .unwrap_or_else(|error| panic!("script: {error}"))
    }

    /// Runs a script that answers later, by calling its last argument.
    #[track_caller]
    pub(crate) fn later(&self, script: &str) -> Value {
        let answered = self.runtime.block_on(self.client.execute_async(script, Vec::new()));
        answered.unwrap_or_else(|error| panic!("script: {error}"))
    }

    /// What axe finds wrong with the page that is shown, as `rule: element` lines.
    #[track_caller]
    pub(crate) fn faults_of_access(&self) -> Vec<String> {
        const RUN: &str = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
            .then((found) => done(found.violations.flatMap((fault) =>
                fault.nodes.map((node) => fault.id + ': ' + node.target.join(' ') + ' ' + node.failureSummary))),
                (error) => done([String(error)]));";
        // WebDriver's own scripts are not held to the page's policy.
        self.script(AXE, Vec::new());
        serde_json::from_value(self.later(RUN)).expect("a list of faults")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver takes its browser with it when its session ends; a session that is gone already is no loss.
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver says it chose.
fn port_of(driver: &mut Child) -> u16 {
    let output = BufReader::new(driver.stdout.take().expect("its output"));
    let said = output.lines().map_while(Result::ok).find(|line| line.contains("successfully on port"));
    let port = said.as_deref().and_then(|line| line.trim_end_matches('.').rsplit(' ').next()?.parse().ok());
    port.unwrap_or_else(|| panic!("chromedriver names no port: {said:?}"))
}

fn capabilities(setup: Setup) -> Map<String, Value> {
    let args = vec![
        "--headless=new".to_owned(),
        // The sandbox needs rights that root in a container does not have.
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-background-networking".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--window-size={},{}", setup.size.0, setup.size.1),
    ];
    let options = json!({ "args": args, "prefs": { "intl.accept_languages": setup.language } });
    let logs = json!({ "browser": "ALL" });
    Map::from_iter([("goog:chromeOptions".to_owned(), options), ("goog:loggingPrefs".to_owned(), logs)])
}
