//! The order of answers.

use super::cell::Cell;
use super::evaluate::value;
use super::expression::Expression;
use serde_json::Value;
use std::cmp::Ordering;

/// One thing to sort by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderBy {
    /// A path, or a function of one.
    pub(crate) by: Expression,
    /// The greatest first.
    pub(crate) descending: bool,
}

impl OrderBy {
    /// The member that is sorted by, if it is one.
    pub(crate) fn member(&self) -> Option<&str> {
        match &self.by {
            Expression::Path(path) if path.len() == 1 => path.first().map(String::as_str),
            _ => None,
        }
    }
}

/// Sorts answers; equal ones stay as they are.
pub(crate) fn sort(answers: &mut Vec<Value>, order: &[OrderBy]) {
    if order.is_empty() {
        return;
    }
    let key = |answer: &Value| order.iter().map(|by| value(&by.by, answer)).collect::<Vec<Cell>>();
    let mut keyed: Vec<(Vec<Cell>, Value)> =
        std::mem::take(answers).into_iter().map(|answer| (key(&answer), answer)).collect();
    keyed.sort_by(|(one, _), (other, _)| {
        let compared = one.iter().zip(other).zip(order).map(|((one, other), by)| {
            let order = one.sorts(other);
            if by.descending { order.reverse() } else { order }
        });
        compared.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    answers.extend(keyed.into_iter().map(|(_, answer)| answer));
}
