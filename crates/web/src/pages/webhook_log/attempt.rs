//! One call as people read it: when, how long, what came of it, what to do about it, and what the receiver answered.

use crate::view::stored::Stored;
use crate::view::time::Instant;
use crate::view::{Look, Words};
use model::retry::RetryPolicy;
use model::time::in_words;
use store::attempts::AttemptRow;

/// Bytes of an answer's body that the page shows.
const BODY_SHOWN: usize = 8 * 1024;

/// An attempt.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// Its identity.
    pub(crate) id: String,
    /// Which one it is.
    pub(crate) title: String,
    /// When the call began.
    pub(crate) started: Instant,
    /// How long it took; that it is still open, while it is.
    pub(crate) took: String,
    /// What came of it, in words.
    pub(crate) outcome: String,
    /// It went well.
    pub(crate) good: bool,
    /// What was answered, in words; empty when nothing was.
    pub(crate) code: String,
    /// What went wrong, in the reader's language.
    pub(crate) error: Stored,
    /// What to do about it; empty when there is nothing.
    pub(crate) cure: String,
    /// What the receiver answered.
    pub(crate) response: Option<Response>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    /// `name: value` lines.
    pub(crate) head: String,
    /// The beginning of the body.
    pub(crate) body: String,
    /// There is more of it than is shown.
    pub(crate) cut: bool,
}

impl Attempt {
    /// The attempt as this reader reads it. `rounds` tells whether there was more than one round.
    pub(crate) fn new(look: &Look, row: AttemptRow, rounds: bool, policy: &RetryPolicy) -> Attempt {
        let t = look.words;
        let title = match rounds {
            true => t.two("attempt-of-round", "number", row.number, "round", row.round),
            false => t.one("attempt", "number", row.number),
        };
        let took = match row.ended_at {
            Some(end) => t.one("attempt-took", "span", in_words(end.0 - row.started_at.0)),
            None => t.say("attempt-open"),
        };
        let code = row.status_code.map(|code| t.one("attempt-code", "code", code.to_string()));
        let (body, cut) = beginning(&row.response_body, BODY_SHOWN);
        let answered = row.status_code.is_some();
        Attempt {
            id: row.id.to_string(),
            title,
            started: Instant::new(look, row.started_at),
            took,
            outcome: outcome(t, &row.outcome),
            good: row.outcome == "accepted",
            code: code.unwrap_or_default(),
            cure: cure(t, &row.outcome, row.status_code, policy),
            // The code says that already.
            error: match row.status_code {
                Some(code) if row.error == format!("answered {code}") => Stored::default(),
                _ => Stored::new(t, &row.error),
            },
            response: answered.then(|| Response {
                head: row.response_head,
                body: body.to_owned(),
                cut: cut || row.response_truncated,
            }),
        }
    }
}

/// The first bytes of a text, whole characters, and whether there is more.
pub(crate) fn beginning(text: &str, most: usize) -> (&str, bool) {
    match text.len() > most {
        true => (&text[..text.floor_char_boundary(most)], true),
        false => (text, false),
    }
}

fn outcome(t: Words, word: &str) -> String {
    match word {
        "accepted" => t.say("outcome-accepted"),
        "refused" => t.say("outcome-refused"),
        "no_answer" => t.say("outcome-no-answer"),
        "unreachable" => t.say("outcome-unreachable"),
        "blocked" => t.say("outcome-blocked"),
        "cancelled" => t.say("outcome-cancelled"),
        "interrupted" => t.say("outcome-interrupted"),
        "late" => t.say("outcome-late"),
        other => other.to_owned(),
    }
}

/// What to do about an outcome.
fn cure(t: Words, outcome: &str, code: Option<i64>, policy: &RetryPolicy) -> String {
    match (outcome, code.unwrap_or_default()) {
        ("refused", 300..=399) => t.say("cure-redirect"),
        ("refused", 401 | 403 | 407) => t.say("cure-credentials"),
        ("refused", 404 | 405) => t.say("cure-not-found"),
        ("refused" | "late", 410) => t.say("cure-gone"),
        ("refused", 413) => t.say("cure-too-large"),
        ("refused", 429) => t.say("cure-busy"),
        ("refused", 500..=599) => t.say("cure-broken"),
        ("refused", _) => t.say("cure-refused"),
        ("no_answer" | "late", _) => t.one("cure-late", "span", in_words(policy.answer_within_ms)),
        ("unreachable", _) => t.say("cure-unreachable"),
        ("blocked", _) => t.say("cure-blocked"),
        ("cancelled", _) => t.one("cure-cancelled", "span", in_words(policy.cancel_after_ms)),
        ("interrupted", _) => t.say("cure-interrupted"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    #[test]
    fn every_outcome_has_words_and_all_but_the_good_one_a_cure() {
        let (t, policy) = (Words::new(Locale::Es), RetryPolicy::default());
        let words = ["refused", "no_answer", "unreachable", "blocked", "cancelled", "interrupted", "late"];
        for word in words {
            assert_ne!(outcome(t, word), word);
            assert!(!cure(t, word, None, &policy).is_empty(), "{word}");
        }
        assert_eq!(
            (outcome(t, "accepted").as_str(), cure(t, "accepted", Some(200), &policy)),
            ("Aceptado", String::new())
        );
        assert!(cure(t, "no_answer", None, &policy).contains("3 s"));
        assert_ne!(cure(t, "refused", Some(302), &policy), cure(t, "refused", Some(500), &policy));
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("aé", 2), ("a", true));
        assert_eq!(beginning("aé", 3), ("aé", false));
    }
}
