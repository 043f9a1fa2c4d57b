//! `WebhookEvents`: the numbers for the firing conditions that held. The original publishes no table; one captured body
//! shows status = 2 and changed-to = 10, and these two are kept. The rest is Gatilho's own table (docs/webhook-events.md).

use crate::field::Field;
use crate::operator::Operator;

/// `Criteria`: which field the firing condition looks at.
pub fn criteria(field: Field) -> i64 {
    match field {
        Field::Ticket => 1,
        Field::Status => 2,
        Field::BaseStatus => 3,
        Field::Urgency => 4,
        Field::Category => 5,
        Field::Service => 6,
        Field::Owner => 7,
        Field::Team => 8,
        Field::Type => 9,
        Field::Origin => 10,
        Field::Subject => 11,
        Field::Tags => 12,
        Field::Client => 13,
        Field::CustomField(_) => 14,
    }
}

/// `Operation`: how the firing condition looks at it; none for operators that do not fire.
pub fn operation(operator: Operator) -> Option<i64> {
    match operator {
        Operator::Created => Some(1),
        Operator::Deleted => Some(2),
        Operator::ActionAdded => Some(3),
        Operator::ActionEdited => Some(4),
        Operator::TagAdded => Some(5),
        Operator::Changed => Some(9),
        Operator::ChangedTo => Some(10),
        Operator::ChangedFrom => Some(11),
        Operator::Is
        | Operator::IsNot
        | Operator::In
        | Operator::Contains
        | Operator::IsEmpty
        | Operator::IsSet => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_codes_seen_in_the_original_are_kept() {
        assert_eq!((criteria(Field::Status), operation(Operator::ChangedTo)), (2, Some(10)));
    }

    #[test]
    fn exactly_the_firing_operators_have_codes_of_their_own() {
        let mut codes: Vec<_> = Operator::ALL.into_iter().filter_map(operation).collect();
        assert!(
            Operator::ALL.into_iter().all(|operator| operation(operator).is_some() == operator.is_firing())
        );
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }

    /// The rows (code, word) of the table under a heading of docs/webhook-events.md.
    fn documented(heading: &str) -> Vec<(i64, String)> {
        let text = include_str!("../../../docs/webhook-events.md");
        let section = text.split("\n## ").find(|section| section.starts_with(heading)).expect("the heading");
        let rows = section.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
        rows.map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[1].parse().expect("a code"), cells[2].trim_matches('`').to_owned())
        })
        .collect()
    }

    #[test]
    fn the_documented_criteria_are_those_of_the_code() {
        let fields = Field::FIXED.into_iter().chain([Field::CustomField(1)]);
        let coded: Vec<_> = fields.map(|field| (criteria(field), field.word().to_owned())).collect();
        assert_eq!(documented("Criteria"), coded);
    }

    #[test]
    fn the_documented_operations_are_those_of_the_code() {
        let operators = Operator::ALL.into_iter();
        let mut coded: Vec<_> = operators
            .filter_map(|operator| Some((operation(operator)?, operator.word().to_owned())))
            .collect();
        coded.sort();
        assert_eq!(documented("Operation"), coded);
    }
}
