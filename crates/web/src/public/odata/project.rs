//! Cutting an answer down to what is selected, in the answer's own order of members.

use super::selection::Selection;
use serde_json::Value;

/// The answer with the members that are selected: the named ones and the expanded ones. An object or a list that is named
/// without being expanded comes whole.
pub(crate) fn project(answer: Value, selection: &Selection) -> Value {
    if selection.is_whole() {
        return answer;
    }
    match answer {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| project(item, selection)).collect()),
        Value::Object(members) => {
            let kept = members.into_iter().filter_map(|(name, value)| {
                if let Some(inner) = selection.of(&name) {
                    return Some((name, project(value, inner)));
                }
                let Some(names) = &selection.names else { return Some((name, value)) };
                let is_plain = !matches!(value, Value::Array(_) | Value::Object(_));
                let is_named =
                    |wanted: &String| wanted.eq_ignore_ascii_case(&name) || (wanted == "*" && is_plain);
                names.iter().any(is_named).then_some((name, value))
            });
            Value::Object(kept.collect())
        }
        plain => plain,
    }
}
