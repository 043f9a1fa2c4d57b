//! The retry rule of the article: an answer within 3 s, four more attempts, 30 s apart, a stuck call cut at 2 min.

use serde::{Deserialize, Serialize};

/// When to try again and when to give up. Times are milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryPolicy {
    /// A complete answer must come within this time of the call's start.
    pub answer_within_ms: i64,
    /// A call is cut after this time.
    pub cancel_after_ms: i64,
    /// The next attempt begins this long after a failure.
    pub retry_every_ms: i64,
    /// Attempts after the first.
    pub retries: u32,
    /// A receiver's `Retry-After` may put the next attempt off by at most this much.
    pub retry_after_max_ms: i64,
}

impl Default for RetryPolicy {
    /// The article's figures.
    fn default() -> Self {
        RetryPolicy {
            answer_within_ms: 3_000,
            cancel_after_ms: 120_000,
            retry_every_ms: 30_000,
            retries: 4,
            retry_after_max_ms: 600_000,
        }
    }
}

impl RetryPolicy {
    /// Attempts of a round, the first included.
    pub fn attempts_max(&self) -> u32 {
        self.retries.saturating_add(1)
    }
}

/// How often a crash of ours may cut the attempts of a delivery before a cut counts as one of the five.
pub const INTERRUPTIONS_MAX: u32 = 3;
