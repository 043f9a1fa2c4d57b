//! What was found: one line for each thing looked at, with what to do when it is not as it should be.

use anyhow::{Context, Result};
use serde::Serialize;
use std::fmt::Display;
use std::io::Write;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Ok,
    Warning,
    Problem,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    level: Level,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Finding {
    /// All is well with it.
    pub(super) fn ok(check: &'static str, message: impl Display) -> Finding {
        Finding { check, level: Level::Ok, message: message.to_string(), advice: None }
    }

    /// It works, and somebody should know.
    pub(super) fn warning(check: &'static str, message: impl Display, advice: impl Display) -> Finding {
        Finding {
            check,
            level: Level::Warning,
            message: message.to_string(),
            advice: Some(advice.to_string()),
        }
    }

    /// It does not work, or puts data at risk.
    pub(super) fn problem(check: &'static str, message: impl Display, advice: impl Display) -> Finding {
        Finding {
            check,
            level: Level::Problem,
            message: message.to_string(),
            advice: Some(advice.to_string()),
        }
    }

    /// How bad it is, in a word.
    #[cfg(test)]
    pub(super) fn word(&self) -> &'static str {
        self.level.word()
    }
}

#[cfg(test)]
impl Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// Everything found, in the order in which it was looked at.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    problems: usize,
    warnings: usize,
    checks: &'a [Finding],
}

impl Findings {
    /// All is well with it.
    pub(super) fn ok(&mut self, check: &'static str, message: impl Display) {
        self.push(Finding::ok(check, message));
    }

    /// It works, and somebody should know.
    pub(super) fn warning(&mut self, check: &'static str, message: impl Display, advice: impl Display) {
        self.push(Finding::warning(check, message, advice));
    }

    /// It does not work, or puts data at risk.
    pub(super) fn problem(&mut self, check: &'static str, message: impl Display, advice: impl Display) {
        self.push(Finding::problem(check, message, advice));
    }

    /// One more.
    pub(super) fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// How many problems there are.
    pub(super) fn problems(&self) -> usize {
        self.count(Level::Problem)
    }

    fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|finding| finding.level == level).count()
    }

    /// Writes it all.
    ///
    /// # Errors
    /// When the output is gone.
    pub(super) fn print(&self, json: bool) -> Result<()> {
        let text = if json { self.json()? } else { self.text() };
        std::io::stdout().write_all(text.as_bytes()).context("the output cannot be written")
    }

    fn json(&self) -> Result<String> {
        let report = Report {
            ok: self.problems() == 0,
            problems: self.problems(),
            warnings: self.count(Level::Warning),
            checks: &self.0,
        };
        Ok(format!("{}\n", serde_json::to_string_pretty(&report)?))
    }

    /// What people read.
    pub(super) fn text(&self) -> String {
        let widest = self.0.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
        let mut text = String::new();
        for finding in &self.0 {
            // A message or an advice of several lines stays in its column.
            let margin = format!("\n{:9}{:widest$}  ", "", "");
            let message = finding.message.replace('\n', &margin);
            text.push_str(&format!("{:<9}{:<widest$}  {message}\n", finding.level.word(), finding.check));
            if let Some(advice) = &finding.advice {
                let advice = advice.replace('\n', &format!("{margin}  "));
                text.push_str(&format!("{:9}{:widest$}  → {advice}\n", "", ""));
            }
        }
        text.push_str(&format!("\n{}\n", self.conclusion()));
        text
    }

    fn conclusion(&self) -> String {
        let some = |number: usize, what: &str| match number {
            1 => format!("1 {what}"),
            _ => format!("{number} {what}s"),
        };
        match (self.problems(), self.count(Level::Warning)) {
            (0, 0) => "Everything is in order.".to_owned(),
            (0, warnings) => format!("No problem, {}.", some(warnings, "warning")),
            (problems, 0) => format!("{}.", some(problems, "problem")),
            (problems, warnings) => format!("{}, {}.", some(problems, "problem"), some(warnings, "warning")),
        }
    }
}

/// Bytes as people read them.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(size, _)| number >= *size) {
        Some((size, unit)) => format!("{:.1} {unit}", number as f64 / *size as f64),
        None => format!("{number} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_aligned_and_counted() {
        let mut findings = Findings::default();
        assert!(findings.text().contains("Everything is in order."));
        findings.ok("settings", "valid");
        findings.warning("growth", "much", "buy a disk");
        findings.problem("master key", "one\ntwo", "first\nsecond");
        assert_eq!(
            findings.text(),
            "ok       settings    valid\n\
             warning  growth      much\n\
             \u{20}                    → buy a disk\n\
             problem  master key  one\n\
             \u{20}                    two\n\
             \u{20}                    → first\n\
             \u{20}                      second\n\
             \n1 problem, 1 warning.\n"
        );
        let json: serde_json::Value = serde_json::from_str(&findings.json().unwrap()).unwrap();
        assert_eq!(json["ok"], false);
        assert_eq!(json["checks"][2]["level"], "problem");
        assert!(json["checks"][0].get("advice").is_none());
    }

    #[test]
    fn bytes_in_words() {
        let words = [17, 2_048, 1_610_612_736].map(bytes);
        assert_eq!(words, ["17 bytes", "2.0 KiB", "1.5 GiB"]);
    }
}
