//! Bodies of the native API, member by member: every one is known and of its type, or the request is refused naming it.
//! Bodies of the public API are tolerant: see `public::json`.

use crate::error::Failure;
use model::fault::{Fault, check_length};
use model::text;
use model::wording::Text;
use serde_json::{Map, Value};

/// The members of one object. Each read makes a name known; [`Members::end`] refuses the others.
pub(crate) struct Members<'v> {
    object: Option<&'v Map<String, Value>>,
    /// Where the object stands, such as `emails[0].`; empty or ending in a dot.
    path: String,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

/// What a value is, for messages.
fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl<'v> Members<'v> {
    /// The members of a body.
    pub(crate) fn of(json: &'v Value) -> Self {
        Members::at(json, String::new())
    }

    fn at(json: &'v Value, path: String) -> Self {
        let mut members = Members { object: json.as_object(), path, known: Vec::new(), faults: Vec::new() };
        if members.object.is_none() {
            members.fault("", text!("is {shape}; must be an object", shape = shape(json)));
        }
        members
    }

    /// Notes a fault of a member.
    pub(crate) fn fault(&mut self, name: &str, message: Text) {
        let field = format!("{}{name}", self.path);
        self.faults.push(Fault { field: field.trim_end_matches('.').to_owned(), message });
    }

    fn value(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        self.object?.get(name)
    }

    fn wrong(&mut self, name: &str, value: &Value, wanted: &str) {
        self.fault(name, text!("is {shape}; must be {wanted}", shape = shape(value), wanted));
    }

    fn checked(&mut self, name: &str, text: &str, max: usize) -> String {
        check_length(&mut self.faults, &format!("{}{name}", self.path), text, max);
        if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
            self.fault(name, text!("holds a control character"));
        }
        text.to_owned()
    }

    /// A text of at most `max` characters.
    pub(crate) fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(self.checked(name, text, max)),
            other => {
                self.wrong(name, other, "a text");
                None
            }
        }
    }

    /// A text, or null for none, which comes as an empty one.
    pub(crate) fn text_or_null(&mut self, name: &'static str, max: usize) -> Option<String> {
        match self.value(name)? {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(self.checked(name, text, max)),
            other => {
                self.wrong(name, other, "a text or null");
                None
            }
        }
    }

    /// A text that must be read; `wanted` completes "must be …".
    pub(crate) fn word<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let read = value.as_str().and_then(read);
        if read.is_none() {
            self.fault(name, text!("must be {wanted}", wanted));
        }
        read
    }

    /// A switch.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(flag) => Some(*flag),
            other => {
                self.wrong(name, other, "true or false");
                None
            }
        }
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, name: &'static str) -> Option<i64> {
        let value = self.value(name)?;
        let number = value.as_i64();
        if number.is_none() {
            self.wrong(name, value, "a whole number");
        }
        number
    }

    /// One of a few numbers.
    pub(crate) fn code<T: TryFrom<i64, Error = String>>(&mut self, name: &'static str) -> Option<T> {
        let number = self.integer(name)?;
        T::try_from(number).map_err(|message| self.fault(name, Text::given(message))).ok()
    }

    /// A member of any shape, to be read elsewhere.
    pub(crate) fn json(&mut self, name: &'static str) -> Option<Value> {
        self.value(name).cloned()
    }

    fn list(&mut self, name: &'static str, max: usize) -> Option<&'v [Value]> {
        match self.value(name)? {
            Value::Array(items) if items.len() <= max => Some(items),
            Value::Array(items) => {
                self.fault(
                    name,
                    text!("has {count} items; at most {max} are allowed", count = items.len(), max),
                );
                None
            }
            other => {
                self.wrong(name, other, "a list");
                None
            }
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &'static str, max: usize, length_max: usize) -> Option<Vec<String>> {
        let items = self.list(name, max)?;
        let mut texts = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let place = format!("{name}[{at}]");
            match item {
                Value::String(text) => texts.push(self.checked(&place, text, length_max)),
                other => self.wrong(&place, other, "a text"),
            }
        }
        Some(texts)
    }

    /// A list of objects.
    pub(crate) fn objects<T>(
        &mut self,
        name: &'static str,
        max: usize,
        mut read: impl FnMut(&mut Members<'v>) -> T,
    ) -> Option<Vec<T>> {
        let items = self.list(name, max)?;
        let mut objects = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let mut members = Members::at(item, format!("{}{name}[{at}].", self.path));
            if members.object.is_some() {
                objects.push(read(&mut members));
            }
            self.faults.extend(members.all());
        }
        Some(objects)
    }

    /// Notes that a member is missing, unless it is there and at fault.
    pub(crate) fn need(&mut self, name: &str) {
        if self.object.is_some_and(|object| !object.contains_key(name)) {
            self.fault(name, text!("is missing"));
        }
    }

    fn all(mut self) -> Vec<Fault> {
        let known = std::mem::take(&mut self.known);
        let allowed = known.join(", ");
        let unknown = self.object.iter().flat_map(|object| object.keys());
        for name in unknown.filter(|name| !known.contains(&name.as_str())) {
            self.faults.push(Fault::new(
                format!("{}{name}", self.path),
                text!("is not known; allowed are {allowed}", allowed),
            ));
        }
        self.faults
    }

    /// Refuses the body if a member is at fault or not known.
    pub(crate) fn end(self) -> Result<(), Failure> {
        let faults = self.all();
        if faults.is_empty() { Ok(()) } else { Err(Failure::invalid(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_known_and_of_their_type() {
        let json = json!({ "name": "é", "note": null, "on": true, "items": [{ "n": 1 }], "tags": ["a"] });
        let mut members = Members::of(&json);
        assert_eq!(members.text("name", 1).as_deref(), Some("é"));
        assert_eq!(members.text_or_null("note", 1).as_deref(), Some(""));
        assert_eq!((members.flag("on"), members.flag("off")), (Some(true), None));
        assert_eq!(members.objects("items", 1, |item| item.integer("n")), Some(vec![Some(1)]));
        assert_eq!(members.texts("tags", 1, 1), Some(vec!["a".to_owned()]));
        assert!(members.end().is_ok());
    }

    #[test]
    fn each_fault_has_its_path() {
        let json = json!({ "name": null, "on": "true", "items": [{ "n": 1.5, "m": 1 }, 5], "tags": ["a", 1], "x": 1 });
        let mut members = Members::of(&json);
        members.text("name", 1);
        members.flag("on");
        members.objects("items", 9, |item| item.integer("n"));
        members.texts("tags", 9, 9);
        members.need("gone");
        let faults: Vec<_> = members.all().into_iter().map(|fault| fault.to_string()).collect();
        assert_eq!(
            faults,
            [
                "name: is null; must be a text",
                "on: is a text; must be true or false",
                "items[0].n: is a number; must be a whole number",
                "items[0].m: is not known; allowed are n",
                "items[1]: is a number; must be an object",
                "tags[1]: is a number; must be a text",
                "gone: is missing",
                "x: is not known; allowed are name, on, items, tags",
            ]
        );
        let none = json!([]);
        assert_eq!(Members::of(&none).all().len(), 1);
    }
}
