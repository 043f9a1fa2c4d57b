//! Which names an answer has, learnt from its description, so that one that it does not have is refused by name.

use super::evaluate::member;
use super::expression::Expression;
use super::selection::Selection;
use crate::error::Failure;
use model::wording::Text;
use serde_json::Value;

/// An example of an answer with something in every list. Where it has null or nothing, any name is taken.
#[derive(Debug)]
pub(crate) struct Shape {
    example: Value,
    kind: &'static str,
}

/// What a variable of a lambda stands for.
struct Known<'a> {
    name: &'a str,
    item: Option<&'a Value>,
    outer: Option<&'a Known<'a>>,
}

/// A name that is not there, or cannot be used so.
type Refused = String;

impl Shape {
    /// The example.
    #[cfg(test)]
    pub(crate) fn example(&self) -> &Value {
        &self.example
    }

    /// From an example; `kind` is what errors call the answer.
    #[cfg(test)]
    pub(crate) fn of(kind: &'static str, example: Value) -> Self {
        Shape { example, kind }
    }

    /// From the description of the API: the schema of this name.
    pub(crate) fn of_schema(kind: &'static str, schema: &str) -> Self {
        let document = serde_json::to_value(crate::document()).unwrap_or_default();
        let schemas = &document["components"]["schemas"];
        Shape { kind, example: example(schemas, &schemas[schema], LEVELS_MAX) }
    }

    /// Refuses names that the answer does not have.
    ///
    /// # Errors
    /// The first such name.
    pub(crate) fn check(&self, filter: &Expression, option: &str) -> Result<(), Failure> {
        self.expression(filter, None).map_err(|told| Failure::fault(option, Text::given(told)))
    }

    /// The same for `$select` and `$expand`.
    ///
    /// # Errors
    /// The first such name.
    pub(crate) fn check_selection(&self, selection: &Selection) -> Result<(), Failure> {
        self.selection(Some(&self.example), selection)
            .map_err(|(option, told)| Failure::fault(option, Text::given(told)))
    }

    fn unknown(&self, name: &str) -> Refused {
        format!("Could not find a property named '{name}' on type '{}'", self.kind)
    }

    fn selection(&self, at: Option<&Value>, selection: &Selection) -> Result<(), (&'static str, Refused)> {
        let Some(object) = first(at) else { return Ok(()) };
        for name in selection.names.iter().flatten().filter(|name| *name != "*") {
            if member(object, name).is_none() {
                return Err(("$select", self.unknown(name)));
            }
        }
        for (name, inner) in &selection.expanded {
            let Some(value) = member(object, name) else {
                return Err(("$expand", self.unknown(name)));
            };
            if matches!(value, Value::Bool(_) | Value::Number(_)) && !inner.is_whole() {
                return Err(("$expand", format!("'{name}' is neither an object nor a list")));
            }
            self.selection(Some(value), inner)?;
        }
        Ok(())
    }

    fn expression(&self, expression: &Expression, known: Option<&Known<'_>>) -> Result<(), Refused> {
        let all = |parts: &[Expression]| parts.iter().try_for_each(|part| self.expression(part, known));
        match expression {
            Expression::And(parts) | Expression::Or(parts) | Expression::Call(_, parts) => all(parts),
            Expression::Not(inner) => self.expression(inner, known),
            Expression::Compare(_, left, right) => {
                self.expression(left, known)?;
                self.expression(right, known)
            }
            Expression::In(left, values) => {
                self.expression(left, known)?;
                all(values)
            }
            Expression::Literal(_) => Ok(()),
            Expression::Path(path) => match self.path(path, known)? {
                Some(Value::Array(_)) => {
                    Err(format!("'{}' is a list: ask with `any` or `all`", path.join("/")))
                }
                _ => Ok(()),
            },
            Expression::Lambda(lambda) => {
                let list = self.path(&lambda.path, known)?;
                if !matches!(list, None | Some(Value::Array(_))) {
                    return Err(format!("'{}' is not a list", lambda.path.join("/")));
                }
                let item = list.and_then(Value::as_array).and_then(|items| items.first());
                let known = Known { name: &lambda.variable, item, outer: known };
                lambda.test.as_ref().map_or(Ok(()), |test| self.expression(test, Some(&known)))
            }
        }
    }

    /// What stands at a path; none where the example has nothing that would tell.
    fn path<'a>(&'a self, path: &[String], known: Option<&Known<'a>>) -> Result<Option<&'a Value>, Refused> {
        let Some((first, rest)) = path.split_first() else { return Ok(None) };
        let mut found = known;
        while let Some(one) = found
            && !one.name.eq_ignore_ascii_case(first)
        {
            found = one.outer;
        }
        let mut at = match found {
            Some(one) => one.item,
            None if first == "$it" => Some(&self.example),
            None => Some(member(&self.example, first).ok_or_else(|| self.unknown(first))?),
        };
        for name in rest {
            at = match at {
                None | Some(Value::Null) => None,
                Some(Value::Array(_)) => return Err(format!("'{first}' is a list: ask with `any` or `all`")),
                Some(object) => Some(member(object, name).ok_or_else(|| self.unknown(name))?),
            };
        }
        Ok(at.filter(|value| !value.is_null()))
    }
}

/// Levels of a description that are looked at: an object may hold objects like itself.
const LEVELS_MAX: usize = 8;

/// An example of what a schema describes. What it says nothing of is null.
fn example(schemas: &Value, schema: &Value, levels: usize) -> Value {
    let Some(levels) = levels.checked_sub(1) else { return Value::Null };
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return example(schemas, &schemas[name], levels);
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let choices = schema[several].as_array().map_or(&[][..], Vec::as_slice);
        if let Some(choice) = choices.iter().find(|choice| choice["type"] != "null") {
            return example(schemas, choice, levels);
        }
    }
    let types = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    match types.iter().filter_map(Value::as_str).find(|kind| *kind != "null") {
        Some("object") => match schema["properties"].as_object() {
            Some(members) => {
                let member =
                    |(name, schema): (&String, &Value)| (name.clone(), example(schemas, schema, levels));
                Value::Object(members.iter().map(member).collect())
            }
            None => Value::Null,
        },
        Some("array") => {
            let item = example(schemas, &schema["items"], levels);
            Value::Array(if item.is_null() { Vec::new() } else { vec![item] })
        }
        Some("string") => Value::String(String::new()),
        Some("integer" | "number") => 0.into(),
        Some("boolean") => false.into(),
        _ => Value::Null,
    }
}

/// The object itself, or the first one of a list.
fn first(value: Option<&Value>) -> Option<&Value> {
    match value? {
        Value::Array(items) => items.first(),
        Value::Null => None,
        object => Some(object),
    }
}
