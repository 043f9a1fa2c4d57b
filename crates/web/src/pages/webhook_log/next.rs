//! What comes next for a delivery, and why, in words.

use crate::view::time::Instant;
use crate::view::{Look, Words};
use model::delivery::Shown;
use model::retry::RetryPolicy;
use model::time::in_words;
use store::attempts::AttemptRow;
use store::log::LogRow;

/// What comes next.
#[derive(Debug)]
pub(crate) struct Next {
    /// When; none when no time is set.
    pub(crate) at: Option<Instant>,
    /// What, and why then.
    pub(crate) text: String,
    /// The page of the endpoint that holds it; empty when none does.
    pub(crate) endpoint_href: String,
}

impl Next {
    /// What comes next; none once nothing does by itself.
    pub(crate) fn of(
        look: &Look,
        row: &LogRow,
        newest: Option<&AttemptRow>,
        policy: &RetryPolicy,
    ) -> Option<Next> {
        let t = look.words;
        let next = |text: String| Next { at: None, text, endpoint_href: String::new() };
        let due = row.due_at.map(|at| Instant::new(look, at));
        Some(match row.state.shown(row.paused) {
            Shown::Delivered | Shown::Failed | Shown::Cancelled => return None,
            Shown::Held => Next {
                endpoint_href: format!("/settings/automation/endpoints/{}", row.endpoint),
                ..next(t.say("next-held"))
            },
            Shown::Sending => next(t.say("next-sending")),
            Shown::Queued => match due.filter(|_| row.due_at > Some(row.updated_at)) {
                Some(at) => Next { at: Some(at), ..next(t.say("next-due")) },
                None => next(t.say("next-at-once")),
            },
            Shown::Retrying => match due {
                Some(at) => Next { at: Some(at), ..next(retry(t, row, newest, policy)) },
                None => next(t.say("next-open")),
            },
        })
    }
}

/// That a further attempt waits, which one, and for how long after the failure.
fn retry(t: Words, row: &LogRow, newest: Option<&AttemptRow>, policy: &RetryPolicy) -> String {
    let failed_at = newest.map(|attempt| attempt.verdict_at.0);
    let waits_ms = row.due_at.zip(failed_at).map_or(policy.retry_every_ms, |(due, failed)| due.0 - failed);
    t.tell(
        "next-retry",
        &[
            ("number", (row.attempts + 1).into()),
            ("most", i64::from(policy.attempts_max()).into()),
            ("span", in_words(waits_ms.max(0)).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;
    use model::delivery::State;
    use model::ids::{ChangeId, DeliveryId, EndpointId, PayloadId, TriggerId};
    use model::time::Timestamp;

    fn row(state: State, paused: bool, due_ms: Option<i64>) -> LogRow {
        LogRow {
            id: DeliveryId(1),
            updated_at: Timestamp(1_000),
            created_at: Timestamp(0),
            state,
            paused,
            attempts: 1,
            round: 1,
            endpoint: EndpointId(1),
            url: String::new(),
            error: String::new(),
            status_code: None,
            trigger: TriggerId(1),
            trigger_revision: 1,
            trigger_name: String::new(),
            ticket_number: 1,
            ticket_version: 1,
            change: ChangeId(1),
            payload: PayloadId(1),
            due_at: due_ms.map(Timestamp),
        }
    }

    #[test]
    fn each_open_state_says_what_it_waits_for() {
        let (look, policy) = (Look::of(&HeaderMap::new()), RetryPolicy::default());
        let told =
            |row: &LogRow| Next::of(&look, row, None, &policy).map(|next| (next.text, next.at.is_some()));
        let of = |state, paused, due| told(&row(state, paused, due)).unwrap_or_default();
        assert_eq!(
            of(State::Retrying, false, Some(31_000)).0,
            "Attempt 2 of 5. It waits 30 s after the failure."
        );
        assert!(of(State::Retrying, false, None).0.starts_with("The failed call is still open"));
        assert!(of(State::Retrying, true, Some(31_000)).0.starts_with("It is held"));
        assert_eq!(of(State::Queued, false, Some(1_000)), ("It goes out at once.".to_owned(), false));
        assert_eq!(
            of(State::Queued, false, Some(9_000)),
            ("It goes out at the time shown.".to_owned(), true)
        );
        assert_eq!(of(State::Sending, false, None).0, "The call is open.");
        for closed in [State::Delivered, State::Failed, State::Cancelled] {
            assert_eq!(told(&row(closed, true, None)), None);
        }
    }
}
