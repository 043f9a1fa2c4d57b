//! Why a trigger did or did not fire, in JSON and in one sentence.

use crate::api::forms::ReasonForm;
use model::condition::Reason;
use model::explain::{Evaluation, Explanation, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a trigger did or did not fire for a change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct ExplanationForm {
    fired: bool,
    /// `fired`, `disabled`, `condition_false`, `none_of_any`, `no_firing_condition`, `ended_by_guard`, `came_in`, `not_linked`, `not_made_yet` or
    /// `deleted`.
    verdict: &'static str,
    /// The same in a sentence.
    sentence: String,
    /// The trigger's revision that was in force; null when there was none.
    revision: Option<i64>,
    /// The condition that decided against it.
    first_false: Option<ReasonForm>,
    /// Every condition, in each pass over the triggers that asked them.
    evaluations: Vec<EvaluationForm>,
    /// Why its actions were undone though it fired.
    fault: Option<String>,
    /// The guard that ended the run of triggers.
    ended: Option<String>,
}

/// The conditions as they stood in one pass.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evaluation)]
struct EvaluationForm {
    /// From 1.
    pass: u32,
    reasons: Vec<ReasonForm>,
}

impl ExplanationForm {
    /// The trigger was not there to be asked.
    pub(super) fn absent(verdict: &'static str, sentence: &str) -> Self {
        ExplanationForm {
            fired: false,
            verdict,
            sentence: sentence.to_owned(),
            revision: None,
            first_false: None,
            evaluations: Vec::new(),
            fault: None,
            ended: None,
        }
    }
}

impl From<Explanation> for ExplanationForm {
    fn from(found: Explanation) -> Self {
        let evaluation = |evaluation: &Evaluation| EvaluationForm {
            pass: evaluation.pass,
            reasons: evaluation.reasons.iter().map(ReasonForm::from).collect(),
        };
        ExplanationForm {
            fired: found.verdict == Verdict::Fired,
            verdict: word(found.verdict),
            sentence: sentence(&found),
            revision: Some(found.revision),
            first_false: found.first_false.as_ref().map(ReasonForm::from),
            evaluations: found.evaluations.iter().map(evaluation).collect(),
            fault: found.fault,
            ended: found.ended.map(|end| end.in_words().to_string()),
        }
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fired => "fired",
        Verdict::Disabled => "disabled",
        Verdict::ConditionFalse => "condition_false",
        Verdict::NoneOfAny => "none_of_any",
        Verdict::NoFiringCondition => "no_firing_condition",
        Verdict::EndedByGuard => "ended_by_guard",
        Verdict::CameIn => "came_in",
        Verdict::NotLinked => "not_linked",
    }
}

fn sentence(found: &Explanation) -> String {
    let line = || found.first_false.as_ref().map(in_words).unwrap_or_default();
    match found.verdict {
        Verdict::Fired => match &found.fault {
            None => "it fired".into(),
            Some(fault) => format!("it fired, and its actions were undone: {fault}"),
        },
        Verdict::Disabled => "it was disabled".into(),
        Verdict::ConditionFalse => format!("it did not fire: {}", line()),
        Verdict::NoneOfAny => format!("it did not fire: none of ANY held, first {}", line()),
        Verdict::NoFiringCondition => {
            format!("it did not fire: nothing that it watches for happened, first {}", line())
        }
        Verdict::EndedByGuard => match found.ended {
            Some(end) => format!("it did not fire: {}", end.in_words()),
            None => "it did not fire: a guard ended the run before it".into(),
        },
        Verdict::CameIn => {
            "it did not fire: the change came in by its integration, and does not go back out".into()
        }
        Verdict::NotLinked => {
            "it did not fire: the ticket has no counterpart by the integration that keeps it".into()
        }
    }
}

/// A condition that did not hold, with what it found.
fn in_words(reason: &Reason) -> String {
    let condition = &reason.condition;
    let wanted =
        condition.value.values().iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    let found = match reason.after.is_empty() {
        true => "empty".to_owned(),
        false => reason.after.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
    };
    let (field, operator) = (condition.field, condition.operator.word());
    let space = if wanted.is_empty() { "" } else { " " };
    match condition.field {
        model::field::Field::Ticket => {
            format!("{} ({field} {operator}{space}{wanted}) is false", reason.path)
        }
        _ => format!("{} ({field} {operator}{space}{wanted}) is false, {field} being {found}", reason.path),
    }
}
