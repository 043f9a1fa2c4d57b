//! What trying a draft has shown: a body, the last changes with why each would have fired or not, a conversation with the
//! receiver. As the template shows it; how it comes about is in `trial`.

use super::sentence::Teller;
use crate::view::Words;
use crate::view::time::{Instant, span};
use engine::Conversation;
use model::condition::Reason;
use model::operator::{Arity, Operator};
use model::outcome::{CANCELLED_ERROR, Outcome};

/// What trying it has shown.
#[derive(Default)]
pub(crate) struct Tried {
    /// The outcome in one sentence; spoken by screen readers.
    pub(crate) status: String,
    /// Whether that went wrong.
    pub(crate) bad: bool,
    /// A body, indented.
    pub(crate) body: Option<String>,
    /// The last changes, newest first.
    pub(crate) changes: Option<Vec<AskedView>>,
    /// A conversation.
    pub(crate) talk: Option<Talk>,
}

/// A change that was asked.
pub(crate) struct AskedView {
    /// The ticket's number.
    pub(crate) ticket: i64,
    /// When it was.
    pub(crate) at: Instant,
    /// What it did.
    pub(crate) what: String,
    /// Whether the draft would have fired.
    pub(crate) fired: bool,
    /// Why, line by line.
    pub(crate) reasons: Vec<ReasonView>,
}

/// A condition that was asked.
pub(crate) struct ReasonView {
    /// Whether it held.
    pub(crate) held: bool,
    /// The condition.
    pub(crate) sentence: String,
    /// What it found.
    pub(crate) found: String,
}

/// What was said to a receiver, and what it did.
pub(crate) struct Talk {
    /// The request's first line and headers.
    pub(crate) request_head: String,
    /// Its body, indented.
    pub(crate) request_body: String,
    /// The answer, if one came.
    pub(crate) answer: Option<AnswerView>,
}

/// What a receiver answered.
pub(crate) struct AnswerView {
    /// Its head.
    pub(crate) head: String,
    /// Its body.
    pub(crate) body: String,
    /// There was more.
    pub(crate) truncated: bool,
}

/// A condition with what it found, told.
pub(crate) fn reason(teller: &Teller<'_>, reason: &Reason) -> ReasonView {
    let field =
        teller.definitions.fields.iter().find(|field| field.name == reason.condition.field.to_string());
    let told = |values: &[String]| match values {
        [] => teller.t.say("found-nothing"),
        values => values.iter().map(|value| teller.value(field, value)).collect::<Vec<_>>().join(", "),
    };
    let operator = reason.condition.operator;
    let looks_at_nothing =
        operator.arity() == Arity::None && field.is_some_and(|field| field.name == "ticket");
    let found = match operator {
        _ if looks_at_nothing => String::new(),
        Operator::Changed | Operator::ChangedTo | Operator::ChangedFrom | Operator::TagAdded => {
            teller.t.two("found-change", "before", told(&reason.before), "after", told(&reason.after))
        }
        _ => teller.t.one("found", "value", told(&reason.after)),
    };
    let row = super::draft::row(&reason.condition);
    ReasonView { held: reason.held, sentence: teller.condition(&row), found }
}

/// A conversation, told.
pub(crate) fn talked(t: Words, talk: Conversation) -> Tried {
    let took = span(talk.took_ms);
    let status = match &talk.outcome {
        Outcome::Answered(answer) => {
            let code = i64::from(answer.status);
            let id = if talk.outcome.is_accepted() { "test-accepted" } else { "test-refused" };
            t.two(id, "status", code, "took", took)
        }
        Outcome::NoAnswer => t.one("test-no-answer", "took", took),
        Outcome::Unreachable { why } => t.one("test-unreachable", "why", t.text(why)),
        Outcome::Blocked { why } => t.one("test-blocked", "why", t.text(why)),
        Outcome::Cancelled | Outcome::Interrupted => CANCELLED_ERROR.to_owned(),
    };
    let bad = !talk.outcome.is_accepted();
    let answer = match talk.outcome {
        Outcome::Answered(answer) => Some(AnswerView {
            head: format!("HTTP {}\n{}", answer.status, answer.head),
            body: pretty(&answer.body),
            truncated: answer.body_truncated,
        }),
        _ => None,
    };
    let request_body = pretty(&talk.request_body);
    Tried {
        status,
        bad,
        talk: Some(Talk { request_head: talk.request_head, request_body, answer }),
        ..Tried::default()
    }
}

/// JSON with its lines indented; anything else as it is.
pub(crate) fn pretty(text: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}
