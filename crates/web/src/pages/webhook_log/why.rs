//! Why a trigger fired, condition by condition, in sentences.

use crate::api::definitions::labels;
use crate::view::time::Instant;
use crate::view::{Look, Words};
use model::change::Change;
use model::condition::Reason;
use model::field::Field;
use model::ids::TriggerId;
use model::operator::Operator;

/// Why it fired.
#[derive(Debug)]
pub(crate) struct Why {
    /// Which change of the ticket.
    pub(crate) told: String,
    /// Who made it; empty for the system.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Instant,
    /// Every condition in reading order.
    pub(crate) lines: Vec<Line>,
}

/// A condition.
#[derive(Debug)]
pub(crate) struct Line {
    /// Whether it held.
    pub(crate) held: bool,
    /// Where it stands: ALL, ANY, or the path of a nested one.
    pub(crate) place: String,
    /// What it wants.
    pub(crate) sentence: String,
    /// What it found; empty when that says nothing more.
    pub(crate) found: String,
}

impl Why {
    /// Why the trigger fired for the change; none when it did not.
    pub(crate) fn of(look: &Look, change: &Change, trigger: TriggerId) -> Option<Why> {
        let firing = change.firings.iter().find(|firing| firing.trigger == trigger)?;
        let t = look.words;
        let person = change.actor.person.as_ref();
        Some(Why {
            told: t.one("why-told", "version", change.ticket_version),
            by: person.map_or_else(String::new, |person| t.one("why-by", "who", &person.business_name)),
            at: Instant::new(look, change.at),
            lines: firing.reasons.iter().map(|reason| Line::of(t, reason)).collect(),
        })
    }
}

impl Line {
    /// A condition with what it found.
    pub(crate) fn of(t: Words, reason: &Reason) -> Line {
        let is_flat = !reason.path.contains('.');
        let place = match reason.path.split('[').next() {
            Some("all") if is_flat => t.say("why-all"),
            Some("any") if is_flat => t.say("why-any"),
            _ => reason.path.clone(),
        };
        Line { held: reason.held, place, sentence: sentence(t, reason), found: found(t, reason) }
    }
}

/// The name of a field; custom fields by their number.
fn field(t: Words, field: Field) -> String {
    let label = labels::field(field);
    match field {
        Field::CustomField(number) => format!("{} {number}", label.text(t.locale())),
        _ => label.text(t.locale()).to_owned(),
    }
}

fn sentence(t: Words, reason: &Reason) -> String {
    let condition = &reason.condition;
    let field = field(t, condition.field);
    let wanted = condition.value.values().join(", ");
    let both = |id: &str| t.two(id, "field", &field, "wanted", &wanted);
    match condition.operator {
        Operator::Is => both("why-is"),
        Operator::IsNot => both("why-is-not"),
        Operator::In => both("why-in"),
        Operator::Contains => both("why-contains"),
        Operator::IsEmpty => t.one("why-is-empty", "field", field),
        Operator::IsSet => t.one("why-is-set", "field", field),
        Operator::Changed => t.one("why-changed", "field", field),
        Operator::ChangedTo => both("why-changed-to"),
        Operator::ChangedFrom => both("why-changed-from"),
        Operator::Created => t.say("why-created"),
        Operator::Deleted => t.say("why-deleted"),
        Operator::ActionAdded => t.say("why-action-added"),
        Operator::ActionEdited => t.say("why-action-edited"),
        Operator::TagAdded if wanted.is_empty() => t.say("why-tag-added"),
        Operator::TagAdded => t.one("why-that-tag-added", "wanted", wanted),
    }
}

/// The values that it found, before and after when they differ.
fn found(t: Words, reason: &Reason) -> String {
    if reason.before.is_empty() && reason.after.is_empty() && reason.condition.field == Field::Ticket {
        return String::new();
    }
    let values = |values: &[String]| match values.is_empty() {
        true => t.say("why-empty"),
        false => values.join(", "),
    };
    match reason.before == reason.after {
        true => t.one("why-now", "after", values(&reason.after)),
        false => t.two("why-before-after", "before", values(&reason.before), "after", values(&reason.after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;
    use model::condition::{Condition, Wanted};

    fn reason(field: Field, operator: Operator, path: &str) -> Reason {
        let value = Wanted::Many(vec!["Resolved".into(), "Closed".into()]);
        Reason {
            path: path.into(),
            condition: Condition { field, operator, value },
            before: vec!["New".into()],
            after: vec!["Resolved".into()],
            held: true,
        }
    }

    #[test]
    fn every_operator_has_a_sentence_of_its_own() {
        for locale in [Locale::En, Locale::PtBr, Locale::Es] {
            let t = Words::new(locale);
            let mut sentences = Vec::new();
            for operator in Operator::ALL {
                let line = Line::of(t, &reason(Field::Status, operator, "all[0]"));
                assert!(
                    !line.sentence.starts_with("why-") && !sentences.contains(&line.sentence),
                    "{line:?}"
                );
                sentences.push(line.sentence);
            }
        }
    }

    #[test]
    fn a_line_says_where_it_stands_and_what_it_found() {
        let t = Words::new(Locale::PtBr);
        let line = Line::of(t, &reason(Field::Status, Operator::ChangedTo, "any[2]"));
        assert_eq!(
            (line.place.as_str(), line.sentence.as_str()),
            ("QUALQUER", "Status alterado para Resolved, Closed")
        );
        assert_eq!(line.found, "O valor era New e passou a ser Resolved.");
        let nested = Line::of(t, &reason(Field::CustomField(77), Operator::IsSet, "any[1].all[0]"));
        assert_eq!(
            (nested.place.as_str(), nested.sentence.as_str()),
            ("any[1].all[0]", "Campo adicional 77 está preenchido")
        );
    }
}
