//! What a receiver did with one HTTP call: data, not an error. `settle` decides what follows.
//! Does not live here: the call itself (engine `outbound`), the verdict (`delivery`).

use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// What came back over the wire, bounded by the response limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status code, 100 to 999.
    pub status: u16,
    /// Response head as it arrived, `name: value` lines joined by `\n`, at most 16 KiB.
    pub head: String,
    /// Response body, inflated, invalid UTF-8 replaced, at most 64 KiB.
    pub body: String,
    /// The body was longer than what is kept.
    pub body_truncated: bool,
    /// `Retry-After` in milliseconds from the end of the call, when the receiver sent a usable one.
    pub retry_after_ms: Option<i64>,
    /// `Location`, when the status is 3xx.
    pub location: Option<String>,
}

/// How one call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Outcome {
    /// A complete HTTP response arrived.
    Answered(Answer),
    /// Nothing complete came within the time for an answer (3 s unless configured otherwise).
    NoAnswer,
    /// No connection, or it broke: name resolution, TCP, TLS, HTTP framing, response limits.
    Unreachable {
        /// Says what failed and, where somebody can act, what to do.
        why: Text,
    },
    /// Refused by the outbound guard before a socket was opened.
    Blocked {
        /// Names the address and the setting that would allow it.
        why: Text,
    },
    /// The call was open for the whole cancel time (2 min): the article's text is its error.
    Cancelled,
    /// Our own crash, stop or fence cut the call; whether the receiver saw it is unknown.
    Interrupted,
}

/// The article's error text for a call that was cut after two minutes.
pub const CANCELLED_ERROR: &str = "Error: The operation was cancelled";

impl Outcome {
    /// True for a complete 2xx answer, whatever its body.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Outcome::Answered(answer) if (200..300).contains(&answer.status))
    }

    /// Stable word for the column, the API and the logs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Answered(_) if self.is_accepted() => "accepted",
            Outcome::Answered(_) => "refused",
            Outcome::NoAnswer => "no_answer",
            Outcome::Unreachable { .. } => "unreachable",
            Outcome::Blocked { .. } => "blocked",
            Outcome::Cancelled => "cancelled",
            Outcome::Interrupted => "interrupted",
        }
    }
}
