//! How the health of an endpoint looks: word, colour, sign.

use crate::health::Health;
use crate::view::Words;

impl Health {
    /// Its word.
    pub(super) fn message(self, t: Words) -> String {
        match self {
            Health::Healthy => t.say("endpoint-healthy"),
            Health::Failing => t.say("endpoint-failing"),
            Health::Paused => t.say("endpoint-paused"),
        }
    }

    /// Its colour.
    pub(super) fn class(self) -> &'static str {
        match self {
            Health::Healthy => "good",
            Health::Failing => "bad",
            Health::Paused => "warn",
        }
    }

    /// Its sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Health::Healthy => "✓",
            Health::Failing => "✕",
            Health::Paused => "❚❚",
        }
    }
}
