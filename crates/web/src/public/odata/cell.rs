//! One value while a filter is asked, and how two of them compare: texts without case, dates as instants, unlike kinds
//! never equal.

use super::expression::{Literal, Operator};
use model::time::Timestamp;
use serde_json::Value;
use std::cmp::Ordering;

/// A value. Objects and lists are only ever there or not.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    /// Nanoseconds since 1970.
    Instant(i128),
    Other,
}

impl From<&Value> for Cell {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Cell::Null,
            Value::Bool(is) => Cell::Boolean(*is),
            Value::Number(number) => number.as_f64().map_or(Cell::Null, Cell::Number),
            Value::String(text) => Cell::Text(text.clone()),
            Value::Array(_) | Value::Object(_) => Cell::Other,
        }
    }
}

impl From<&Literal> for Cell {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Null => Cell::Null,
            Literal::Boolean(is) => Cell::Boolean(*is),
            Literal::Number(number) => Cell::Number(*number),
            Literal::Text(text) => Cell::Text(text.clone()),
            Literal::Instant(instant) => Cell::Instant(*instant),
        }
    }
}

impl Cell {
    /// As text, for functions of texts; null has none.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Cell::Text(text) => Some(text.clone()),
            Cell::Number(number) => Some(number.to_string()),
            Cell::Boolean(is) => Some(is.to_string()),
            Cell::Null | Cell::Instant(_) | Cell::Other => None,
        }
    }

    /// Which comes first; none when they cannot be compared.
    pub(super) fn order(&self, other: &Cell) -> Option<Ordering> {
        match (self, other) {
            (Cell::Null, Cell::Null) => Some(Ordering::Equal),
            (Cell::Boolean(one), Cell::Boolean(other)) => Some(one.cmp(other)),
            (Cell::Number(one), Cell::Number(other)) => one.partial_cmp(other),
            (Cell::Instant(one), Cell::Instant(other)) => Some(one.cmp(other)),
            (Cell::Text(one), Cell::Text(other)) => Some(texts(one, other)),
            (Cell::Text(text), Cell::Instant(other)) => Some(instant_ns(text)?.cmp(other)),
            (Cell::Instant(one), Cell::Text(text)) => Some(one.cmp(&instant_ns(text)?)),
            // Ids are texts that clients compare with numbers, and codes are numbers that some put in quotes.
            (Cell::Text(text), Cell::Number(other)) => number(text)?.partial_cmp(other),
            (Cell::Number(one), Cell::Text(text)) => one.partial_cmp(&number(text)?),
            (Cell::Text(text), Cell::Boolean(other)) => Some(boolean(text)?.cmp(other)),
            (Cell::Boolean(one), Cell::Text(text)) => Some(one.cmp(&boolean(text)?)),
            _ => None,
        }
    }

    pub(super) fn compares(&self, operator: Operator, other: &Cell) -> bool {
        let order = self.order(other);
        let known = !matches!((self, other), (Cell::Null, _) | (_, Cell::Null));
        match operator {
            Operator::Eq => order == Some(Ordering::Equal),
            Operator::Ne => order != Some(Ordering::Equal),
            Operator::Gt => known && order == Some(Ordering::Greater),
            Operator::Ge => known && matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Operator::Lt => known && order == Some(Ordering::Less),
            Operator::Le => known && matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }

    /// The order of a list: null first, then what compares; what does not is equal.
    pub(super) fn sorts(&self, other: &Cell) -> Ordering {
        match (self, other) {
            (Cell::Null, Cell::Null) => Ordering::Equal,
            (Cell::Null, _) => Ordering::Less,
            (_, Cell::Null) => Ordering::Greater,
            _ => self.order(other).unwrap_or(Ordering::Equal),
        }
    }
}

fn texts(one: &str, other: &str) -> Ordering {
    if let (Some(one), Some(other)) = (instant_ns(one), instant_ns(other)) {
        return one.cmp(&other);
    }
    if one.eq_ignore_ascii_case(other) {
        return Ordering::Equal;
    }
    one.to_lowercase().cmp(&other.to_lowercase())
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

/// Reads a date: `2024-01-31`, with a time, with a fraction of any length, with `Z` in any case, an offset or neither,
/// which is UTC. Answers nanoseconds since 1970.
pub(crate) fn instant_ns(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    let begins = bytes.len() >= 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if !begins || !bytes.first().is_some_and(u8::is_ascii_digit) || !text.is_ascii() {
        return None;
    }
    let text = text.to_ascii_uppercase();
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) => (whole.to_owned(), rest),
        None => (text.clone(), ""),
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    if text.contains('.') && digits.is_empty() {
        return None;
    }
    let zone = rest.get(digits.len()..).unwrap_or_default();
    let seconds = Timestamp::parse(&format!("{whole}{zone}"))?;
    let fraction = format!("{digits:0<9}").get(..9).and_then(|nine| nine.parse::<i128>().ok())?;
    Some(i128::from(seconds.0) * 1_000_000 + fraction)
}
