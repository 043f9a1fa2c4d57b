//! How the state of an integration looks: a sign, a word and a colour; and how what it tells fares.

use crate::view::Words;
use crate::view::status::grouped;
use crate::view::stored::Stored;
use crate::view::time::span;
use model::integration::Way;
use model::time::Timestamp;

/// How an integration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// What happens crosses.
    Fine,
    /// Its trigger is not what was agreed.
    Drifted,
    /// The last message was not taken.
    Failing,
    /// Nothing crosses.
    Disabled,
}

impl Health {
    /// How it stands by what is known of one half.
    pub(super) fn of(enabled: bool, drifted: bool, way: &Way) -> Health {
        match (enabled, way.error.is_empty(), drifted) {
            (false, ..) => Health::Disabled,
            (true, false, _) if way.waiting > 0 => Health::Failing,
            (true, _, true) => Health::Drifted,
            (true, ..) => Health::Fine,
        }
    }

    /// Its word.
    pub(super) fn message(self, t: Words) -> String {
        match self {
            Health::Fine => t.say("integration-fine"),
            Health::Drifted => t.say("integration-drifted"),
            Health::Failing => t.say("integration-failing"),
            Health::Disabled => t.say("integration-off"),
        }
    }

    /// Its colour.
    pub(super) fn class(self) -> &'static str {
        match self {
            Health::Fine => "good",
            Health::Drifted => "warn",
            Health::Failing => "bad",
            Health::Disabled => "calm",
        }
    }

    /// Its sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Health::Fine => "✓",
            Health::Drifted => "≠",
            Health::Failing => "✕",
            Health::Disabled => "❚❚",
        }
    }
}

/// A direction in words.
#[derive(Debug, Clone, Default)]
pub(super) struct WayView {
    /// How many messages wait.
    pub(super) waiting: String,
    /// How long the oldest does; empty when none does.
    pub(super) lag: String,
    /// What the last attempt ran into, or empty.
    pub(super) error: Stored,
}

impl WayView {
    /// The direction as it stands now.
    pub(super) fn new(t: Words, way: &Way, now: Timestamp) -> WayView {
        let plus = if way.waiting > 10_000 { "+" } else { "" };
        WayView {
            waiting: format!("{}{plus}", grouped(way.waiting.min(10_000))),
            lag: way.oldest.map_or_else(String::new, |oldest| span((now.0 - oldest.0).max(0))),
            error: Stored::masked(t, &way.error),
        }
    }
}

/// What differs between a trigger and what was agreed, in the reader's language.
pub(super) fn drift(t: Words, differs: &[String]) -> Vec<String> {
    let told = |text: &String| match text.as_str() {
        "the trigger was deleted" => t.say("drift-deleted"),
        "the trigger was enabled" => t.say("drift-enabled"),
        "the trigger was disabled" => t.say("drift-disabled"),
        "its conditions were changed" => t.say("drift-conditions"),
        "its actions were changed" => t.say("drift-actions"),
        "it was renamed" => t.say("drift-renamed"),
        // Another version over there may know more.
        other => other.to_owned(),
    };
    differs.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_is_over_is_no_failure() {
        let way = |waiting, error: &str| Way { waiting, oldest: None, error: error.into() };
        assert_eq!(Health::of(true, false, &way(0, "refused")), Health::Fine);
        assert_eq!(Health::of(true, true, &way(1, "refused")), Health::Failing);
        assert_eq!(Health::of(true, true, &way(1, "")), Health::Drifted);
        assert_eq!(Health::of(false, true, &way(1, "refused")), Health::Disabled);
    }
}
