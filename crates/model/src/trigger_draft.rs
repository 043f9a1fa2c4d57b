//! Reading a trigger from JSON: all faults at once, each with its path, before anything is stored.
//! Names are compared with the domain's words; URLs are looked at by the caller (engine `outbound`).

use crate::classification::Classification;
use crate::condition::{Condition, Conditions, Node, Wanted};
use crate::fault::{Fault, check_length};
use crate::field::Field;
use crate::operator::{Arity, Operator};
use crate::reading::shape;
use crate::text;
use crate::text::fold;
use crate::trigger::{TriggerDraft, TriggerType, limits};
use crate::wording::Text;
use serde_json::{Map, Value};
use values::canonical;

mod actions;
mod rename;
mod values;

pub use rename::{rename, sets_status};

/// What a draft is checked against.
pub struct Known<'a> {
    /// The domain's words.
    pub classification: &'a Classification,
    /// Whether a person with this reference code exists.
    pub person: &'a dyn Fn(&str) -> bool,
    /// What is wrong with a URL, if anything.
    pub url_fault: &'a dyn Fn(&str) -> Option<Text>,
}

/// Members of a trigger that a caller may write.
pub const MEMBERS: [&str; 6] = ["name", "type", "description", "enabled", "conditions", "actions"];

/// Reads a whole trigger. `enabled` is true and `type` is `ticket` when absent.
///
/// # Errors
/// Every fault, each with its path.
pub fn read(json: &Value, known: &Known<'_>) -> Result<TriggerDraft, Vec<Fault>> {
    let mut reader = Reader { faults: Vec::new(), known };
    let draft = reader.draft(json);
    match draft {
        Some(draft) if reader.faults.is_empty() => Ok(draft),
        _ => Err(reader.faults),
    }
}

/// Reference codes of the people that a trigger's JSON names, whether or not it is in order otherwise.
pub fn people_named(json: &Value) -> Vec<String> {
    let mut people = Vec::new();
    let mut blocks = vec![json.get("conditions")];
    while let Some(block) = blocks.pop() {
        for node in ["all", "any"].iter().filter_map(|name| block?.get(name)?.as_array()).flatten() {
            blocks.push(Some(node));
            if matches!(node.get("field").and_then(Value::as_str), Some("owner" | "client")) {
                let values = node.get("value").map_or(Vec::new(), |value| match value {
                    Value::Array(values) => values.iter().collect(),
                    one => vec![one],
                });
                people.extend(values.into_iter().filter_map(scalar));
            }
        }
    }
    people
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

struct Reader<'k> {
    faults: Vec<Fault>,
    known: &'k Known<'k>,
}

impl Reader<'_> {
    fn fault(&mut self, path: impl Into<String>, message: Text) {
        self.faults.push(Fault::new(path, message));
    }

    fn object<'v>(
        &mut self,
        path: &str,
        value: &'v Value,
        allowed: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Value::Object(members) = value else {
            self.fault(path, text!("is {shape}; must be an object", shape = shape(value)));
            return None;
        };
        for name in members.keys().filter(|name| !allowed.contains(&name.as_str())) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            self.fault(path, text!("is not known; allowed are {allowed}", allowed = allowed.join(", ")));
        }
        Some(members)
    }

    fn text(&mut self, path: &str, value: Option<&Value>, max: usize, required: bool) -> String {
        match value {
            Some(Value::String(text)) if required && text.trim().is_empty() => {
                self.fault(path, text!("is empty"))
            }
            Some(Value::String(text)) => {
                check_length(&mut self.faults, path, text, max);
                if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
                    self.fault(path, text!("holds a control character"));
                }
                return text.clone();
            }
            None | Some(Value::Null) if required => self.fault(path, text!("is missing")),
            None | Some(Value::Null) => {}
            Some(other) => self.fault(path, text!("is {shape}; must be a text", shape = shape(other))),
        }
        String::new()
    }

    fn draft(&mut self, json: &Value) -> Option<TriggerDraft> {
        let members = self.object("", json, &MEMBERS)?;
        let name = self.text("name", members.get("name"), limits::NAME, true);
        match members.get("type") {
            None => {}
            Some(Value::String(word)) if word == "ticket" => {}
            Some(_) => self.fault("type", text!("must be \"ticket\", the only type there is")),
        }
        let enabled = match members.get("enabled") {
            None => true,
            Some(Value::Bool(enabled)) => *enabled,
            Some(other) => {
                self.fault("enabled", text!("is {shape}; must be true or false", shape = shape(other)));
                false
            }
        };
        let description = self.text("description", members.get("description"), limits::DESCRIPTION, false);
        let conditions = match members.get("conditions") {
            Some(value) => self.blocks("conditions", value, 1),
            None => Conditions::default(),
        };
        self.check_conditions(&conditions);
        let actions = self.actions(members.get("actions"));
        Some(TriggerDraft {
            name,
            trigger_type: TriggerType::Ticket,
            description,
            enabled,
            conditions,
            actions,
        })
    }

    fn check_conditions(&mut self, conditions: &Conditions) {
        let leaves = conditions.leaves();
        if leaves.len() > limits::CONDITIONS {
            self.fault(
                "conditions",
                text!(
                    "holds {count} lines; at most {max} are allowed",
                    count = leaves.len(),
                    max = limits::CONDITIONS
                ),
            );
        }
        let in_order = self.faults.iter().all(|fault| !fault.field.starts_with("conditions"));
        if in_order && !leaves.iter().any(|(_, condition)| condition.operator.is_firing()) {
            let words: Vec<_> = Operator::ALL
                .into_iter()
                .filter(|operator| operator.is_firing())
                .map(Operator::word)
                .collect();
            self.fault(
                "conditions",
                text!("has no firing condition, so it would never run; add one that looks at the change: {operators}", operators = words.join(", ")),
            );
        }
    }

    fn blocks(&mut self, path: &str, value: &Value, depth: usize) -> Conditions {
        let mut conditions = Conditions::default();
        if depth > limits::DEPTH {
            self.fault(path, text!("is nested deeper than {max} blocks", max = limits::DEPTH));
            return conditions;
        }
        let Some(members) = self.object(path, value, &["all", "any"]) else { return conditions };
        for (name, nodes) in [("all", &mut conditions.all), ("any", &mut conditions.any)] {
            let path = format!("{path}.{name}");
            match members.get(name) {
                None => {}
                Some(Value::Array(lines)) if lines.len() > limits::CONDITIONS => {
                    self.fault(path, text!("holds more than {max} lines", max = limits::CONDITIONS));
                }
                Some(Value::Array(lines)) => {
                    for (at, line) in lines.iter().enumerate() {
                        nodes.extend(self.node(&format!("{path}[{at}]"), line, depth));
                    }
                }
                Some(other) => {
                    self.fault(path, text!("is {shape}; must be a list of conditions", shape = shape(other)))
                }
            }
        }
        conditions
    }

    fn node(&mut self, path: &str, value: &Value, depth: usize) -> Option<Node> {
        let is_block = value.get("all").is_some() || value.get("any").is_some();
        if is_block && value.get("field").is_none() {
            return Some(Node::Block(self.blocks(path, value, depth + 1)));
        }
        let members = self.object(path, value, &["field", "operator", "value"])?;
        let field = self.field(&format!("{path}.field"), members.get("field"));
        let operator = self.operator(&format!("{path}.operator"), members.get("operator"), field);
        let (field, operator) = (field?, operator?);
        let value = self.wanted(&format!("{path}.value"), members.get("value"), field, operator)?;
        Some(Node::Leaf(Condition { field, operator, value }))
    }

    fn field(&mut self, path: &str, value: Option<&Value>) -> Option<Field> {
        let Some(Value::String(word)) = value else {
            self.fault(path, text!("is missing or no text; name a field such as status"));
            return None;
        };
        match word.parse() {
            Ok(Field::CustomField(id)) if self.known.classification.custom_field(id).is_none() => {
                self.fault(path, text!("there is no custom field {id} in this domain", id));
                None
            }
            Ok(field) => Some(field),
            Err(message) => {
                self.fault(path, message);
                None
            }
        }
    }

    fn operator(&mut self, path: &str, value: Option<&Value>, field: Option<Field>) -> Option<Operator> {
        let fitting = |field: Option<Field>| {
            let fits =
                Operator::ALL.into_iter().filter(|operator| field.is_none_or(|field| operator.fits(field)));
            fits.map(Operator::word).collect::<Vec<_>>().join(", ")
        };
        let Some(Value::String(word)) = value else {
            self.fault(path, text!("is missing or no text; allowed are {allowed}", allowed = fitting(field)));
            return None;
        };
        match Operator::parse(word) {
            Some(operator) if field.is_none_or(|field| operator.fits(field)) => Some(operator),
            Some(_) => {
                let name = field.map(|field| field.to_string()).unwrap_or_default();
                self.fault(
                    path,
                    text!(
                        "`{word}` cannot be asked of {name}; allowed are {allowed}",
                        word,
                        name,
                        allowed = fitting(field)
                    ),
                );
                None
            }
            None => {
                self.fault(
                    path,
                    text!("`{word}` is no operator; allowed are {allowed}", word, allowed = fitting(field)),
                );
                None
            }
        }
    }

    fn wanted(
        &mut self,
        path: &str,
        value: Option<&Value>,
        field: Field,
        operator: Operator,
    ) -> Option<Wanted> {
        let value = value.filter(|value| !value.is_null());
        let list = match (operator.arity(), value) {
            (Arity::None, None) | (Arity::Optional, None) => return Some(Wanted::Nothing),
            (Arity::None, Some(_)) => {
                self.fault(
                    path,
                    text!("`{operator}` takes no value; leave it out", operator = operator.word()),
                );
                return None;
            }
            (Arity::One | Arity::Many, None) => {
                self.fault(path, text!("is missing; `{operator}` needs one", operator = operator.word()));
                return None;
            }
            (Arity::Many, Some(Value::Array(values))) => values.iter().collect(),
            (_, Some(one)) => vec![one],
        };
        if list.is_empty() || list.len() > limits::VALUES {
            self.fault(
                path,
                text!("holds {count} values; give 1 to {max}", count = list.len(), max = limits::VALUES),
            );
            return None;
        }
        let many = operator.arity() == Arity::Many;
        let mut values = Vec::with_capacity(list.len());
        for (at, value) in list.into_iter().enumerate() {
            let path = if many { format!("{path}[{at}]") } else { path.to_owned() };
            // One that is wrong is missing here; its fault refuses the whole draft.
            values.extend(self.value(&path, value, field, operator));
        }
        if many { Some(Wanted::Many(values)) } else { values.pop().map(Wanted::One) }
    }

    fn value(&mut self, path: &str, value: &Value, field: Field, operator: Operator) -> Option<String> {
        let Some(text) = scalar(value) else {
            self.fault(path, text!("is {shape}; must be a text or a number", shape = shape(value)));
            return None;
        };
        // Accents alone fold to nothing, which every text has in it.
        if fold(&text).is_empty() {
            self.fault(path, text!("is empty; use is_empty to ask for a field without a value"));
            return None;
        }
        if text.chars().count() > limits::VALUE {
            self.fault(path, text!("has more than {max} characters", max = limits::VALUE));
            return None;
        }
        if operator == Operator::Contains {
            return Some(text);
        }
        match canonical(field, &text, self.known) {
            Ok(value) => Some(value),
            Err(message) => {
                self.fault(path, message);
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "trigger_draft_tests.rs"]
mod tests;
