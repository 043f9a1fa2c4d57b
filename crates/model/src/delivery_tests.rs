//! Tests of `delivery`: the moves as drawn, and what follows from every outcome at every attempt.

use super::*;
use crate::outcome::Answer;
use std::collections::BTreeSet;

const START: Timestamp = Timestamp(1_000_000);

fn policy() -> RetryPolicy {
    RetryPolicy::default()
}

fn answered(status: u16) -> Outcome {
    Outcome::Answered(Answer {
        status,
        head: String::new(),
        body: String::new(),
        body_truncated: false,
        retry_after_ms: None,
        location: None,
    })
}

fn retry_after(status: u16, ms: i64) -> Outcome {
    match answered(status) {
        Outcome::Answered(answer) => Outcome::Answered(Answer { retry_after_ms: Some(ms), ..answer }),
        other => other,
    }
}

/// Every outcome but a 2xx, with the log's error for it.
fn failures() -> Vec<(Outcome, &'static str)> {
    let why = "connection refused".to_owned();
    vec![
        (answered(100), "answered 100"),
        (answered(199), "answered 199"),
        (answered(300), "answered 300"),
        (answered(404), "answered 404"),
        (answered(410), "answered 410"),
        (answered(503), "answered 503"),
        (Outcome::NoAnswer, "no answer within 3 s"),
        (Outcome::Unreachable { why: Text::given(why.clone()) }, "connection refused"),
        (Outcome::Blocked { why: crate::wording::Text::given(why) }, "connection refused"),
        (Outcome::Cancelled, "Error: The operation was cancelled"),
        (Outcome::Interrupted, "interrupted: the server stopped during the call"),
    ]
}

/// An attempt that began at START and whose outcome was known after so long.
fn attempt(number: u32, took_ms: i64) -> Attempt {
    Attempt { number, started_at: START, ended_at: START.plus_ms(took_ms) }
}

#[test]
fn words_read_back_and_closed_states_are_three() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    for shown in Shown::ALL {
        assert_eq!(Shown::parse(shown.as_str()), Some(shown));
        assert_eq!(serde_json::to_value(shown).unwrap(), shown.as_str());
    }
    assert_eq!((State::parse("held"), Shown::parse("Held")), (None, None));
    let closed: Vec<_> =
        State::ALL.into_iter().filter(|state| state.is_closed()).map(State::as_str).collect();
    assert_eq!(closed, ["delivered", "failed", "cancelled"]);
}

#[test]
fn a_paused_endpoint_holds_what_waits_and_nothing_else() {
    for state in State::ALL {
        assert_eq!(state.shown(false).as_str(), state.as_str());
        let waits = matches!(state, State::Queued | State::Retrying);
        assert_eq!(state.shown(true).as_str(), if waits { "held" } else { state.as_str() });
    }
}

#[test]
fn the_drawing_has_exactly_the_moves_of_the_code() {
    let text = include_str!("../../../docs/delivery-states.md");
    let drawing = text.split("```").find(|part| part.starts_with("mermaid")).expect("a drawing");
    let mut drawn = BTreeSet::new();
    let mut starts = Vec::new();
    for (from, rest) in drawing.lines().filter_map(|line| line.trim().split_once(" --> ")) {
        let to = rest.split(':').next().unwrap_or(rest).trim();
        match from {
            "[*]" => starts.push(to),
            _ => assert!(drawn.insert((from, to)), "{from} --> {to} is drawn twice"),
        }
    }
    let pairs = State::ALL.into_iter().flat_map(|from| State::ALL.map(|to| (from, to)));
    let moves: BTreeSet<_> = pairs
        .filter(|(from, to)| from.may_become(*to))
        .map(|(from, to)| (from.as_str(), to.as_str()))
        .collect();
    assert_eq!(drawn, moves);
    assert_eq!(starts, ["queued"]);
}

#[test]
fn any_two_hundred_delivers_at_every_attempt() {
    for status in [200, 201, 202, 204, 299] {
        for number in 1..=5 {
            let settled = settle(attempt(number, 80), &answered(status), true, &policy());
            let expected = Settlement {
                state: State::Delivered,
                due_at: None,
                error: String::new(),
                call_stays_open: false,
                pause_endpoint: false,
            };
            assert_eq!(settled, expected, "{status}");
        }
    }
}

#[test]
fn four_failures_are_retried_thirty_seconds_later_and_the_fifth_is_the_last() {
    for (outcome, error) in failures() {
        for number in 1..=5 {
            let settled = settle(attempt(number, 80), &outcome, false, &policy());
            let expected = Settlement {
                state: if number < 5 { State::Retrying } else { State::Failed },
                due_at: (number < 5).then_some(START.plus_ms(30_080)),
                error: error.into(),
                call_stays_open: false,
                pause_endpoint: error == "answered 410",
            };
            assert_eq!(settled, expected, "{outcome:?}, attempt {number}");
            assert!(State::Sending.may_become(settled.state));
        }
    }
}

#[test]
fn the_policy_decides_how_often_and_how_soon() {
    for retries in [0, 1, 9] {
        let policy = RetryPolicy { retries, retry_every_ms: 1_500, ..policy() };
        for number in 1..=retries + 2 {
            let settled = settle(attempt(number, 10), &answered(500), false, &policy);
            let is_last = number > retries;
            assert_eq!(settled.state == State::Failed, is_last, "{number} of {retries}");
            assert_eq!(settled.due_at, (!is_last).then_some(START.plus_ms(1_510)));
        }
    }
    let short = RetryPolicy { answer_within_ms: 500, ..policy() };
    assert_eq!(settle(attempt(1, 500), &Outcome::NoAnswer, false, &short).error, "no answer within 500 ms");
    assert_eq!(RetryPolicy { retries: u32::MAX, ..short }.attempts_max(), u32::MAX);
}

#[test]
fn a_redirect_is_a_failure_that_shows_where_it_points() {
    let Outcome::Answered(answer) = answered(302) else { panic!("an answer") };
    let moved = Outcome::Answered(Answer { location: Some("https://novo.exemplo/".into()), ..answer });
    let settled = settle(attempt(1, 20), &moved, false, &policy());
    assert_eq!(settled.state, State::Retrying);
    assert_eq!(
        settled.error,
        "answered 302 to https://novo.exemplo/; redirects are not followed: use that address"
    );
}

#[test]
fn retry_after_puts_off_but_never_hastens_and_is_bounded() {
    let table = [
        (0, 30_000),
        (10_000, 30_000),
        (45_000, 45_000),
        (600_000, 600_000),
        (i64::MAX, 600_000),
        (-5, 30_000),
    ];
    for (asked, waited) in table {
        let settled = settle(attempt(1, 0), &retry_after(503, asked), false, &policy());
        assert_eq!(settled.due_at, Some(START.plus_ms(waited)), "{asked}");
    }
    let unbounded = RetryPolicy { retry_after_max_ms: -1, ..policy() };
    let settled = settle(attempt(1, 0), &retry_after(503, 45_000), false, &unbounded);
    assert_eq!(settled.due_at, Some(START.plus_ms(30_000)));
}

#[test]
fn only_a_call_without_an_answer_stays_open() {
    for (outcome, _) in failures() {
        for number in [1, 5] {
            let settled = settle(attempt(number, 3_000), &outcome, true, &policy());
            assert_eq!(settled.call_stays_open, outcome == Outcome::NoAnswer, "{outcome:?}");
            let has_due = outcome != Outcome::NoAnswer && number == 1;
            assert_eq!(settled.due_at.is_some(), has_due, "{outcome:?}");
        }
    }
    let refused = settle(attempt(1, 3_000), &Outcome::NoAnswer, false, &policy());
    assert_eq!((refused.call_stays_open, refused.due_at), (false, Some(START.plus_ms(33_000))));
}

#[test]
fn four_hundred_and_ten_pauses_the_endpoint_in_time_or_late() {
    for status in [200, 404, 409, 410, 411, 500] {
        let in_time = settle(attempt(1, 50), &answered(status), false, &policy());
        let late = settle_end(
            State::Retrying,
            START,
            START.plus_ms(3_000),
            START.plus_ms(9_000),
            &answered(status),
            &policy(),
        );
        assert_eq!((in_time.pause_endpoint, late.pause_endpoint), (status == 410, status == 410), "{status}");
    }
}

/// The end of a call that failed at 3 s, so long after its start.
fn late_end(state: State, after_ms: i64, outcome: &Outcome) -> Settlement {
    settle_end(state, START, START.plus_ms(3_000), START.plus_ms(after_ms), outcome, &policy())
}

#[test]
fn a_late_end_leaves_the_state_and_sets_the_due_time() {
    let reset = Outcome::Unreachable { why: Text::given("the connection was reset") };
    let table = [
        (3_001, answered(200), "answered 200 after 3.0 s", 33_000),
        (14_200, answered(200), "answered 200 after 14.2 s", 33_000),
        (33_000, answered(500), "answered 500 after 33 s", 33_000),
        (61_500, answered(201), "answered 201 after 61.5 s", 61_500),
        (40_000, reset, "the connection was reset", 40_000),
        (120_000, Outcome::Cancelled, "Error: The operation was cancelled", 120_000),
        (50_000, Outcome::Interrupted, "interrupted: the server stopped during the call", 50_000),
    ];
    for (after_ms, outcome, error, due_ms) in table {
        for state in [State::Retrying, State::Failed, State::Cancelled] {
            let settled = late_end(state, after_ms, &outcome);
            let due = (state == State::Retrying).then_some(START.plus_ms(due_ms));
            assert_eq!((settled.state, settled.due_at), (state, due), "{outcome:?}");
            assert_eq!((settled.error.as_str(), settled.call_stays_open), (error, false));
        }
    }
}

#[test]
fn what_the_row_shows_from_the_commit_to_two_minutes() {
    for number in 1..=5 {
        let after_verdict = if number < 5 { "retrying" } else { "failed" };
        assert_eq!(State::Queued.shown(false).as_str(), "queued");
        assert_eq!(State::Sending.shown(false).as_str(), "sending");
        let verdict = settle(attempt(number, 3_000), &Outcome::NoAnswer, true, &policy());
        assert_eq!(verdict.state.shown(false).as_str(), after_verdict);
        assert_eq!(verdict.error, "no answer within 3 s");
        let late = late_end(verdict.state, 14_200, &answered(200));
        assert_eq!((late.state.as_str(), late.error.as_str()), (after_verdict, "answered 200 after 14.2 s"));
        let cut = late_end(verdict.state, 120_000, &Outcome::Cancelled);
        assert_eq!(
            (cut.state.as_str(), cut.error.as_str()),
            (after_verdict, "Error: The operation was cancelled")
        );
    }
}

/// When each call of one round begins, in seconds after the first, and the state it ends in; each call takes so long
/// and ends like this.
fn calls(took_ms: i64, outcome: &Outcome) -> (Vec<i64>, State) {
    let mut begun = Vec::new();
    let mut started_at = START;
    for number in 1.. {
        begun.push((started_at.0 - START.0) / 1_000);
        let hangs = took_ms > policy().answer_within_ms;
        let verdict = if hangs { &Outcome::NoAnswer } else { outcome };
        let known_at = started_at.plus_ms(took_ms.min(policy().answer_within_ms));
        let mut settled =
            settle(Attempt { number, started_at, ended_at: known_at }, verdict, true, &policy());
        if settled.call_stays_open {
            settled = settle_end(
                settled.state,
                started_at,
                known_at,
                started_at.plus_ms(took_ms),
                outcome,
                &policy(),
            );
        }
        match settled.due_at {
            Some(due) => started_at = due,
            None => return (begun, settled.state),
        }
    }
    unreachable!("a round ends")
}

#[test]
fn a_fast_failure_is_called_every_thirty_seconds() {
    assert_eq!(calls(0, &answered(500)), (vec![0, 30, 60, 90, 120], State::Failed));
    let refused = Outcome::Unreachable { why: Text::given("refused") };
    assert_eq!(calls(0, &refused), (vec![0, 30, 60, 90, 120], State::Failed));
}

#[test]
fn a_receiver_that_hangs_is_called_every_two_minutes() {
    assert_eq!(calls(120_000, &Outcome::Cancelled), (vec![0, 120, 240, 360, 480], State::Failed));
}

#[test]
fn a_receiver_that_answers_late_is_called_thirty_seconds_after_the_failure() {
    assert_eq!(calls(10_000, &answered(200)), (vec![0, 33, 66, 99, 132], State::Failed));
    assert_eq!(calls(50_000, &answered(200)), (vec![0, 50, 100, 150, 200], State::Failed));
}
