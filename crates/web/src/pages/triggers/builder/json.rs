//! The form as the JSON that commands read, so that one reader checks what comes by pages and by the API.

use super::draft::{Doing, Draft, Line, Row};
use crate::api::definitions::form::DefinitionsForm;
use model::operator::{Arity, Operator};
use serde_json::{Map, Value, json};

/// The whole trigger.
pub(crate) fn whole(draft: &Draft, definitions: &DefinitionsForm) -> Value {
    let actions = draft.actions.iter().map(|doing| action(doing, definitions)).collect::<Vec<_>>();
    json!({
        "name": draft.name,
        "type": "ticket",
        "description": draft.description,
        "enabled": draft.enabled,
        "conditions": conditions(draft),
        "actions": actions,
    })
}

/// The conditions alone, in a trigger that is in order otherwise: they can be asked before the rest is filled in.
pub(crate) fn conditions_alone(draft: &Draft) -> Value {
    json!({
        "name": "-",
        "conditions": conditions(draft),
        "actions": [{ "kind": "add_tag", "tag": "-" }],
    })
}

/// Both blocks.
pub(crate) fn conditions(draft: &Draft) -> Value {
    let lines = |lines: &[Line]| lines.iter().map(line).collect::<Vec<_>>();
    json!({ "all": lines(&draft.all), "any": lines(&draft.any) })
}

fn line(line: &Line) -> Value {
    match line {
        Line::Row(row) => condition(row),
        // What is no JSON is refused by the reader, with its path.
        Line::Nested(text) => serde_json::from_str(text).unwrap_or_default(),
    }
}

fn condition(row: &Row) -> Value {
    let first = || row.values.first().cloned().map_or(Value::Null, Value::String);
    let value = match Operator::parse(&row.operator).map(Operator::arity) {
        Some(Arity::None) => Value::Null,
        Some(Arity::Many) if row.values.is_empty() => Value::Null,
        Some(Arity::Many) => json!(row.values),
        Some(Arity::One | Arity::Optional) | None => first(),
    };
    match value {
        Value::Null => json!({ "field": row.field, "operator": row.operator }),
        value => json!({ "field": row.field, "operator": row.operator, "value": value }),
    }
}

/// An action with the members that its kind has; members left over from another kind stay behind.
fn action(doing: &Doing, definitions: &DefinitionsForm) -> Value {
    let mut members = Map::from_iter([("kind".to_owned(), json!(doing.kind))]);
    let defined = definitions.actions.iter().find(|action| action.kind == doing.kind);
    for member in defined.iter().flat_map(|action| &action.members) {
        let value = doing.member(member.name);
        if member.required || !value.is_empty() {
            members.insert(member.name.to_owned(), json!(value));
        }
    }
    Value::Object(members)
}
