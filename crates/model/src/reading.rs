//! Reading JSON that somebody wrote: every member is known and in order, or a fault says where and what would be right.
//! Not here: what the members mean (`classification`, `sla`).

use crate::fault::{Fault, check_length};
use crate::ids::UnreadableId;
use crate::text;
use crate::wording::Text;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Notes faults while it reads.
#[derive(Debug, Default)]
pub struct Reading {
    /// What was found so far, each with its path.
    pub faults: Vec<Fault>,
}

/// What a value is, for messages.
pub(crate) fn shape(value: &Value) -> Text {
    match value {
        Value::Null => text!("null"),
        Value::Bool(_) => text!("a boolean"),
        Value::Number(_) => text!("a number"),
        Value::String(_) => text!("a text"),
        Value::Array(_) => text!("a list"),
        Value::Object(_) => text!("an object"),
    }
}

/// An object of which only the known members are kept; the empty one when there is none.
pub type Members = Map<String, Value>;

impl Reading {
    /// Notes a fault.
    pub fn fault(&mut self, path: impl Into<String>, message: Text) {
        self.faults.push(Fault::new(path, message));
    }

    /// An object with no members but the allowed ones.
    pub fn object(&mut self, path: &str, value: &Value, allowed: &[&str]) -> Members {
        let Value::Object(members) = value else {
            self.fault(path, text!("is {shape}; must be an object", shape = shape(value)));
            return Members::new();
        };
        for name in members.keys().filter(|name| !allowed.contains(&name.as_str())) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            self.fault(path, text!("is not known; allowed are {allowed}", allowed = allowed.join(", ")));
        }
        members.clone()
    }

    /// A text on one line or more; an absent one is empty.
    pub fn text(&mut self, path: &str, value: Option<&Value>, max: usize) -> String {
        match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => {
                check_length(&mut self.faults, path, text, max);
                if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
                    self.fault(path, text!("holds a control character"));
                }
                text.trim().to_owned()
            }
            Some(other) => {
                self.fault(path, text!("is {shape}; must be a text", shape = shape(other)));
                String::new()
            }
        }
    }

    /// A name: a text that must be there.
    pub fn name(&mut self, path: &str, value: Option<&Value>, max: usize) -> String {
        let faults = self.faults.len();
        let name = self.text(path, value, max);
        if name.is_empty() && self.faults.len() == faults {
            self.fault(path, text!("is missing or empty; give it a name"));
        }
        name
    }

    /// True or false.
    pub fn flag(&mut self, path: &str, value: Option<&Value>, default: bool) -> bool {
        match value {
            None => default,
            Some(Value::Bool(flag)) => *flag,
            Some(other) => {
                self.fault(path, text!("is {shape}; must be true or false", shape = shape(other)));
                default
            }
        }
    }

    /// A whole number within bounds; none when it is absent or null.
    pub fn integer(&mut self, path: &str, value: Option<&Value>, bounds: RangeInclusive<i64>) -> Option<i64> {
        let value = value.filter(|value| !value.is_null())?;
        let number = value.as_i64().filter(|number| bounds.contains(number));
        if number.is_none() {
            let (low, high) = bounds.into_inner();
            self.fault(path, text!("must be a whole number from {low} to {high}", low, high));
        }
        number
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, path: &str, value: Option<&Value>, known: &[(&str, T)]) -> Option<T> {
        let given = value.filter(|value| !value.is_null())?;
        let found = known.iter().find(|(word, _)| given.as_str() == Some(word));
        if found.is_none() {
            let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
            self.fault(path, text!("must be one of {allowed}", allowed = words.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    /// An identifier; none when it is absent or null.
    pub fn id<T: FromStr<Err = UnreadableId>>(&mut self, path: &str, value: Option<&Value>) -> Option<T> {
        let value = value.filter(|value| !value.is_null())?;
        match value.as_str().unwrap_or_default().parse() {
            Ok(id) => Some(id),
            Err(error) => {
                self.fault(path, error.text());
                None
            }
        }
    }

    /// The items of a list; none when it is absent or null.
    pub fn list<'v>(&mut self, path: &str, value: Option<&'v Value>, max: usize) -> Vec<&'v Value> {
        match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) if items.len() <= max => items.iter().collect(),
            Some(Value::Array(items)) => {
                self.fault(
                    path,
                    text!("holds {count} items; at most {max} are allowed", count = items.len(), max),
                );
                Vec::new()
            }
            Some(other) => {
                self.fault(path, text!("is {shape}; must be a list", shape = shape(other)));
                Vec::new()
            }
        }
    }

    /// Names, none twice.
    pub fn names(&mut self, path: &str, value: Option<&Value>, max: usize, length: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (at, item) in self.list(path, value, max).into_iter().enumerate() {
            let path = format!("{path}[{at}]");
            let name = self.name(&path, Some(item), length);
            if names.iter().any(|known| crate::text::same(known, &name)) {
                self.fault(path, text!("`{name}` is in the list already", name));
            } else {
                names.push(name);
            }
        }
        names
    }

    /// Identifiers.
    pub fn ids<T: FromStr<Err = UnreadableId>>(
        &mut self,
        path: &str,
        value: Option<&Value>,
        max: usize,
    ) -> Vec<T> {
        let items = self.list(path, value, max).into_iter().enumerate();
        let items: Vec<_> = items.collect();
        items.into_iter().filter_map(|(at, item)| self.id(&format!("{path}[{at}]"), Some(item))).collect()
    }
}
