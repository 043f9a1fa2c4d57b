//! What WebDriver has no words for: the size of the page, the colours of the device, the console, pictures.

use super::chromium::Browser;
use axum::http::Method;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use std::path::Path;
use url::{ParseError, Url};

/// A command of Chromium's driver, below the session's address.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    fn own(&self, path: &'static str, body: Value) -> Value {
        let command = Own { path, body };
        self.runtime
            .block_on(self.client.issue_cmd(command))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.own("goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    /// Gives the page so many pixels, also fewer than a window of the device can have.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.zoom(width, height, 1);
    }

    /// The same, each pixel of the page being so many of the device in both directions.
    pub(crate) fn zoom(&self, width: u32, height: u32, times: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": times, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Says whether the device prefers dark colours.
    pub(crate) fn prefer(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// What the console said since it was last asked that is worse than a remark.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.own("se/log", json!({ "type": "browser" }));
        let entries = entries.as_array().cloned().unwrap_or_default();
        let bad =
            entries.iter().filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    /// Keeps a picture of the page from its top, `height` pixels of it at most.
    pub(crate) fn picture(&self, path: &Path, height: u32) {
        let measure = "return [innerWidth, document.documentElement.scrollHeight]";
        let size: (u32, u32) =
            serde_json::from_value(self.script(measure, Vec::new())).expect("two numbers of pixels");
        let clip = json!({ "x": 0, "y": 0, "width": size.0, "height": size.1.min(height), "scale": 1 });
        let wanted = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true, "optimizeForSpeed": false });
        let taken = self.devtools("Page.captureScreenshot", wanted);
        let picture = BASE64_STANDARD.decode(taken["data"].as_str().expect("a picture")).expect("base64");
        std::fs::write(path, picture).expect("the picture is written");
    }
}
