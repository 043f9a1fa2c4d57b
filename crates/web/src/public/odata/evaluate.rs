//! Asking a filter of an answer's own JSON: what is seen is what is filtered on. Total: a missing value is null, and
//! nothing fails.

use super::cell::Cell;
use super::expression::{Expression, Function, Lambda};
use serde_json::Value;

/// Names that lambdas gave to items, the innermost last.
struct Names<'a> {
    name: &'a str,
    item: &'a Value,
    outer: Option<&'a Names<'a>>,
}

struct Asked<'a> {
    answer: &'a Value,
    names: Option<&'a Names<'a>>,
}

/// Whether the answer is as the filter says.
pub(crate) fn holds(filter: &Expression, answer: &Value) -> bool {
    Asked { answer, names: None }.is(filter)
}

/// The value of an expression for this answer, compared with another answer's.
pub(super) fn value(expression: &Expression, answer: &Value) -> Cell {
    Asked { answer, names: None }.cell(expression)
}

/// Whether a filter that names these members alone holds for these values.
pub(crate) fn holds_of(filter: &Expression, members: &[(&str, &str)]) -> bool {
    let member = |(name, value): &(&str, &str)| ((*name).to_owned(), Value::String((*value).to_owned()));
    holds(filter, &Value::Object(members.iter().map(member).collect()))
}

/// A member of an object, by its name in any case.
pub(super) fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let members = object.as_object()?;
    members.get(name).or_else(|| {
        members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

impl<'a> Asked<'a> {
    fn is(&self, expression: &Expression) -> bool {
        match expression {
            Expression::And(parts) => parts.iter().all(|part| self.is(part)),
            Expression::Or(parts) => parts.iter().any(|part| self.is(part)),
            Expression::Not(inner) => !self.is(inner),
            Expression::Compare(operator, left, right) => {
                self.cell(left).compares(*operator, &self.cell(right))
            }
            Expression::In(left, values) => {
                let left = self.cell(left);
                let eq = super::expression::Operator::Eq;
                values.iter().any(|value| left.compares(eq, &self.cell(value)))
            }
            Expression::Lambda(lambda) => self.lambda(lambda),
            Expression::Call(..) | Expression::Path(_) | Expression::Literal(_) => {
                self.cell(expression) == Cell::Boolean(true)
            }
        }
    }

    fn lambda(&self, lambda: &Lambda) -> bool {
        let items = self.find(&lambda.path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let Some(test) = &lambda.test else { return !items.is_empty() };
        let holds = |item: &Value| {
            let names = Names { name: &lambda.variable, item, outer: self.names };
            Asked { answer: self.answer, names: Some(&names) }.is(test)
        };
        if lambda.all { items.iter().all(holds) } else { items.iter().any(holds) }
    }

    fn find(&self, path: &[String]) -> Option<&'a Value> {
        let (first, rest) = path.split_first()?;
        let mut names = self.names;
        while let Some(known) = names
            && !known.name.eq_ignore_ascii_case(first)
        {
            names = known.outer;
        }
        let start = match names {
            Some(known) => known.item,
            None if first == "$it" => self.answer,
            None => member(self.answer, first)?,
        };
        rest.iter().try_fold(start, |value, name| member(value, name))
    }

    fn cell(&self, expression: &Expression) -> Cell {
        match expression {
            Expression::Path(path) => self.find(path).map_or(Cell::Null, Cell::from),
            Expression::Literal(literal) => Cell::from(literal),
            Expression::Call(function, values) => self.call(*function, values),
            _ => Cell::Boolean(self.is(expression)),
        }
    }

    /// A function of null is null.
    fn call(&self, function: Function, values: &[Expression]) -> Cell {
        let text = |at: usize| values.get(at).and_then(|value| self.cell(value).text());
        let Some(first) = text(0) else { return Cell::Null };
        let both = |is: fn(&str, &str) -> bool| match text(1) {
            Some(second) => Cell::Boolean(is(&first.to_lowercase(), &second.to_lowercase())),
            None => Cell::Null,
        };
        match function {
            Function::Contains => both(|text, part| text.contains(part)),
            Function::StartsWith => both(|text, part| text.starts_with(part)),
            Function::EndsWith => both(|text, part| text.ends_with(part)),
            Function::ToLower => Cell::Text(first.to_lowercase()),
            Function::ToUpper => Cell::Text(first.to_uppercase()),
            Function::Trim => Cell::Text(first.trim().to_owned()),
            Function::Length => Cell::Number(first.chars().count() as f64),
            Function::DatePart(from, length) => {
                let is_date = super::instant_ns(&first).is_some();
                let part = first.get(from..from + length).filter(|_| is_date);
                part.and_then(|digits| digits.parse().ok()).map_or(Cell::Null, Cell::Number)
            }
        }
    }
}
