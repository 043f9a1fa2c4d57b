//! A delivery's states and moves, and *settle*: what follows from what the receiver did. Pure.
//! Does not live here: claiming and recording (engine `dispatch`, `record`).

use crate::outcome::{Answer, CANCELLED_ERROR, Outcome};
use crate::retry::RetryPolicy;
use crate::text;
use crate::time::{Timestamp, in_words};
use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// Where a delivery stands, as stored. `held` is shown, never stored: see [`Shown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its first attempt of the round.
    Queued,
    /// A node has it: a call is open or about to begin.
    Sending,
    /// Waits for a further attempt, or for the end of a call that failed already.
    Retrying,
    /// A receiver took it.
    Delivered,
    /// Given up.
    Failed,
    /// Called off by a person.
    Cancelled,
}

/// Where a delivery stands, as the log shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the stored state of that name")]
pub enum Shown {
    Queued,
    Sending,
    Retrying,
    Delivered,
    Failed,
    /// Queued or retrying while its endpoint is paused.
    Held,
    Cancelled,
}

impl State {
    /// All states.
    pub const ALL: [State; 6] =
        [State::Queued, State::Sending, State::Retrying, State::Delivered, State::Failed, State::Cancelled];

    /// The word in the column and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Sending => "sending",
            State::Retrying => "retrying",
            State::Delivered => "delivered",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing more happens by itself.
    pub fn is_closed(self) -> bool {
        matches!(self, State::Delivered | State::Failed | State::Cancelled)
    }

    /// Whether a delivery may go from here to there; docs/delivery-states.md draws the same table.
    pub fn may_become(self, next: State) -> bool {
        use State::{Cancelled, Delivered, Failed, Queued, Retrying, Sending};
        matches!(
            (self, next),
            (Queued | Retrying, Sending)
                | (Sending, Delivered | Retrying | Failed | Queued)
                | (Retrying, Delivered)
                | (Queued | Retrying, Cancelled)
                | (Delivered | Failed | Cancelled, Queued)
        )
    }

    /// What the log shows.
    pub fn shown(self, endpoint_paused: bool) -> Shown {
        match self {
            State::Queued | State::Retrying if endpoint_paused => Shown::Held,
            State::Queued => Shown::Queued,
            State::Sending => Shown::Sending,
            State::Retrying => Shown::Retrying,
            State::Delivered => Shown::Delivered,
            State::Failed => Shown::Failed,
            State::Cancelled => Shown::Cancelled,
        }
    }
}

impl Shown {
    /// All words of the log's status column.
    pub const ALL: [Shown; 7] = [
        Shown::Queued,
        Shown::Sending,
        Shown::Retrying,
        Shown::Delivered,
        Shown::Failed,
        Shown::Held,
        Shown::Cancelled,
    ];

    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Shown::Queued => "queued",
            Shown::Sending => "sending",
            Shown::Retrying => "retrying",
            Shown::Delivered => "delivered",
            Shown::Failed => "failed",
            Shown::Held => "held",
            Shown::Cancelled => "cancelled",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Shown> {
        Shown::ALL.into_iter().find(|shown| shown.as_str() == word)
    }
}

/// An attempt to be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Its number in the round, from 1; attempts that our own crashes cut are not counted.
    pub number: u32,
    /// When the call began.
    pub started_at: Timestamp,
    /// When the outcome was known.
    pub ended_at: Timestamp,
}

/// What follows from an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The delivery's next state.
    pub state: State,
    /// When the next attempt is due; none when there is none, or while the failed call is still open.
    pub due_at: Option<Timestamp>,
    /// The log's error; empty when delivered.
    pub error: String,
    /// Whether the call goes on after this verdict, under the same lease.
    pub call_stays_open: bool,
    /// The receiver said that it is gone for good (410).
    pub pause_endpoint: bool,
}

/// What follows from the outcome of an attempt. `NoAnswer` is the verdict at 3 s while the call may go on
/// (`lingers`): then the due time waits for [`settle_end`].
pub fn settle(attempt: Attempt, outcome: &Outcome, lingers: bool, policy: &RetryPolicy) -> Settlement {
    if outcome.is_accepted() {
        return Settlement {
            state: State::Delivered,
            due_at: None,
            error: String::new(),
            call_stays_open: false,
            pause_endpoint: false,
        };
    }
    let state = if attempt.number < policy.attempts_max() { State::Retrying } else { State::Failed };
    let call_stays_open = lingers && *outcome == Outcome::NoAnswer;
    let due = attempt.ended_at.plus_ms(policy.retry_every_ms.max(put_off_ms(outcome, policy)));
    Settlement {
        state,
        due_at: (state == State::Retrying && !call_stays_open).then_some(due),
        error: error_text(outcome, policy).to_string(),
        call_stays_open,
        pause_endpoint: is_gone(outcome),
    }
}

/// What follows when a call ends whose attempt had failed already at its 3 s: the state stays, the next attempt is due
/// 30 s after the failure but never before the end, and the error tells how it ended.
pub fn settle_end(
    state: State,
    started_at: Timestamp,
    failed_at: Timestamp,
    ended_at: Timestamp,
    outcome: &Outcome,
    policy: &RetryPolicy,
) -> Settlement {
    let error = match outcome {
        Outcome::Answered(answer) => {
            let (status, time) = (answer.status, in_words(ended_at.0 - started_at.0));
            text!("answered {status} after {time}", status, time)
        }
        other => error_text(other, policy),
    };
    let due = failed_at.plus_ms(policy.retry_every_ms).max(ended_at);
    Settlement {
        state,
        due_at: (state == State::Retrying).then_some(due),
        error: error.to_string(),
        call_stays_open: false,
        pause_endpoint: is_gone(outcome),
    }
}

/// 410: the receiver is gone for good, said in time or late.
fn is_gone(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Answered(answer) if answer.status == 410)
}

fn put_off_ms(outcome: &Outcome, policy: &RetryPolicy) -> i64 {
    match outcome {
        Outcome::Answered(answer) => answer.retry_after_ms.unwrap_or(0).min(policy.retry_after_max_ms).max(0),
        _ => 0,
    }
}

/// The log's error for an outcome. The article's text for a call that was cut is the same in every language.
pub fn error_text(outcome: &Outcome, policy: &RetryPolicy) -> Text {
    match outcome {
        Outcome::Answered(Answer { status, location: Some(location), .. }) if !outcome.is_accepted() => {
            text!(
                "answered {status} to {location}; redirects are not followed: use that address",
                status,
                location
            )
        }
        Outcome::Answered(Answer { status, .. }) => text!("answered {status}", status),
        Outcome::NoAnswer => text!("no answer within {time}", time = in_words(policy.answer_within_ms)),
        Outcome::Unreachable { why } | Outcome::Blocked { why } => why.clone(),
        Outcome::Cancelled => Text::given(CANCELLED_ERROR),
        Outcome::Interrupted => text!("interrupted: the server stopped during the call"),
    }
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
