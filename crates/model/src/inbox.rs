//! The receiving end: the states of a received request, and what follows from how its program ended.
//! How requests are received, kept and handed on is not here.

use crate::time::{Timestamp, in_words};
use serde::Deserialize;
use serde_json::Value;

/// The exit status by which a program says that a request must never be handed to it again.
pub const NEVER_AGAIN: i32 = 100;

/// Letters of a ticket's `Id` that are looked at; a longer one is none.
const TICKET_MAX: usize = 100;

/// Where a received request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// For its turn, or for its next attempt.
    Waiting,
    /// Its program runs.
    Running,
    /// Its program ended with 0.
    Done,
    /// Given up; somebody has to look at it.
    Dead,
    /// Somebody decided that it is not needed.
    Dropped,
}

impl RequestState {
    /// All of them.
    pub const ALL: [RequestState; 5] = [
        RequestState::Waiting,
        RequestState::Running,
        RequestState::Done,
        RequestState::Dead,
        RequestState::Dropped,
    ];

    /// The word that is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            RequestState::Waiting => "waiting",
            RequestState::Running => "running",
            RequestState::Done => "done",
            RequestState::Dead => "dead",
            RequestState::Dropped => "dropped",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// How a run of the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// With this status.
    Status(i32),
    /// By this signal, which was not ours.
    Signal(i32),
    /// Ended by us: it ran longer than it may.
    TimeLimit {
        /// How long it may run.
        limit_ms: i64,
    },
    /// It could not be started; the system's reason.
    NotStarted(String),
}

impl Exit {
    /// In words; empty when it went well.
    pub fn words(&self) -> String {
        match self {
            Exit::Status(0) => String::new(),
            Exit::Status(NEVER_AGAIN) => format!("exit status {NEVER_AGAIN}: never again"),
            Exit::Status(status) => format!("exit status {status}"),
            Exit::Signal(signal) => format!("ended by signal {signal}"),
            Exit::TimeLimit { limit_ms } => format!("ran longer than {} and was ended", in_words(*limit_ms)),
            Exit::NotStarted(reason) => format!("could not be started: {reason}"),
        }
    }
}

/// When a program is run again. Times are milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RerunPolicy {
    /// Runs after the first.
    pub retries: u32,
    /// The second run begins this long after the first has ended; each further pause is twice as long.
    pub first_pause_ms: i64,
    /// No pause is longer.
    pub pause_max_ms: i64,
}

impl Default for RerunPolicy {
    /// Pauses from 1 s to 10 min, 100 of them: about 15 hours.
    fn default() -> Self {
        RerunPolicy { retries: 100, first_pause_ms: 1_000, pause_max_ms: 600_000 }
    }
}

impl RerunPolicy {
    /// The pause after this many runs of a round, at least one.
    pub fn pause_ms(&self, runs: u32) -> i64 {
        let doublings = runs.saturating_sub(1).min(32);
        self.first_pause_ms.saturating_mul(1 << doublings).min(self.pause_max_ms)
    }
}

/// What follows from a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The program took it.
    Done,
    /// It is run again, not before this instant.
    Again(Timestamp),
    /// It is given up.
    Dead,
}

/// What follows from the `runs`-th run of a round, the first being 1, which ended `at` this instant.
pub fn settle(exit: &Exit, runs: u32, policy: &RerunPolicy, at: Timestamp) -> Verdict {
    match exit {
        Exit::Status(0) => Verdict::Done,
        Exit::Status(NEVER_AGAIN) => Verdict::Dead,
        _ if runs > policy.retries => Verdict::Dead,
        _ => Verdict::Again(at.plus_ms(policy.pause_ms(runs))),
    }
}

/// The ticket that a webhook's body is about: its `Id`, a number or a text. None when it says nothing of the kind, or is
/// not JSON as a whole.
pub fn ticket_of(body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "Id")]
        id: Value,
    }
    // A list would be taken for the fields in their order.
    if !body.trim_ascii_start().starts_with('{') {
        return None;
    }
    let ticket = match serde_json::from_str::<Head>(body).ok()?.id {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        _ => return None,
    };
    (1..=TICKET_MAX).contains(&ticket.chars().count()).then_some(ticket)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RerunPolicy = RerunPolicy { retries: 3, first_pause_ms: 1_000, pause_max_ms: 600_000 };

    #[test]
    fn pauses_double_from_a_second_to_ten_minutes() {
        let pauses: Vec<_> = [1, 2, 3, 4, 10, 11, 12, 5_000].map(|runs| POLICY.pause_ms(runs)).into();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 512_000, 600_000, 600_000, 600_000]);
    }

    #[test]
    fn only_zero_is_done_and_only_a_hundred_is_dead_at_once() {
        let at = Timestamp(50);
        assert_eq!(settle(&Exit::Status(0), 1, &POLICY, at), Verdict::Done);
        assert_eq!(settle(&Exit::Status(0), 9, &POLICY, at), Verdict::Done);
        assert_eq!(settle(&Exit::Status(NEVER_AGAIN), 1, &POLICY, at), Verdict::Dead);
        let limit = Exit::TimeLimit { limit_ms: 300_000 };
        for exit in [Exit::Status(1), Exit::Signal(9), limit, Exit::NotStarted("no memory".into())] {
            assert_eq!(settle(&exit, 1, &POLICY, at), Verdict::Again(Timestamp(1_050)), "{exit:?}");
            assert_eq!(settle(&exit, 3, &POLICY, at), Verdict::Again(Timestamp(4_050)), "{exit:?}");
            assert_eq!(settle(&exit, 4, &POLICY, at), Verdict::Dead, "{exit:?}");
        }
    }

    #[test]
    fn ends_are_told_in_words() {
        assert_eq!(Exit::Status(0).words(), "");
        assert_eq!(Exit::Status(100).words(), "exit status 100: never again");
        assert_eq!(Exit::TimeLimit { limit_ms: 300_000 }.words(), "ran longer than 5 min and was ended");
    }

    #[test]
    fn states_read_back() {
        for state in RequestState::ALL {
            assert_eq!(RequestState::parse(state.as_str()), Some(state));
        }
        assert_eq!(RequestState::parse("lost"), None);
    }

    #[test]
    fn a_ticket_is_a_number_or_a_text() {
        for (body, ticket) in [
            (r#"{"Id": 1042, "Type": 2}"#, Some("1042")),
            (r#"{"Type": 2, "Id": "A-7"}"#, Some("A-7")),
            (r#"{"Id": null}"#, None),
            (r#"{"Id": ""}"#, None),
            (r#"{"Id": {"Id": 1}}"#, None),
            (r#"{"id": 1}"#, None),
            ("[1]", None),
            ("7", None),
        ] {
            assert_eq!(ticket_of(body).as_deref(), ticket, "{body}");
        }
        assert_eq!(ticket_of(&format!(r#"{{"Id":"{}"}}"#, "x".repeat(101))), None);
    }
}
