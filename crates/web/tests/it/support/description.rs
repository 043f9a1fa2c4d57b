//! Compares an answer with the API's description: the status must be there, and the JSON must be what is described,
//! with no member that is not.

use super::{Answer, lower};
use http::Method;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(web::document()).unwrap();
    close(&mut document);
    document
});

/// Makes every described object refuse members that are not described.
fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("type") == Some(&json!("object")) && members.contains_key("properties") {
                members.insert("additionalProperties".into(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The description's path that this path belongs to.
fn pattern(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &str| {
        let described: Vec<&str> = pattern.split('/').collect();
        described.len() == parts.len()
            && described.iter().zip(&parts).all(|(known, part)| known == part || known.starts_with('{'))
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let exact = paths.keys().find(|pattern| *pattern == path);
    exact.or_else(|| paths.keys().find(|pattern| fits(pattern))).map(String::as_str)
}

/// Panics when the answer is not as described.
pub(super) fn check(method: &Method, path: &str, answer: &Answer) {
    let Some(pattern) = pattern(path) else { return };
    let operation = &DOCUMENT["paths"][pattern][lower(method)];
    let Some(responses) = operation["responses"].as_object() else { return };
    let status = answer.status.as_u16();
    let described =
        responses.get(&status.to_string()).or_else(|| responses.get(&format!("{}XX", status / 100)));
    let described =
        described.unwrap_or_else(|| panic!("{method} {pattern} does not describe {status}: {answer:?}"));
    let Some(content) = described["content"].as_object() else {
        assert!(answer.text.is_empty(), "{method} {pattern} {status} describes no body: {answer:?}");
        return;
    };
    let kind = answer.header("content-type").split(';').next().unwrap();
    let Some(body) = content.get(kind) else {
        panic!("{method} {pattern} {status} does not describe {kind}: {content:?}");
    };
    if kind.ends_with("json") {
        compare(&body["schema"], &answer.json(), &format!("{method} {pattern} {status}"));
    }
}

fn compare(schema: &Value, json: &Value, place: &str) {
    let mut root = schema.as_object().cloned().unwrap_or_else(Map::new);
    root.insert("components".into(), DOCUMENT["components"].clone());
    let validator = jsonschema::draft202012::new(&Value::Object(root)).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(json).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{place} is not as described: {faults:#?}\n{json:#}");
}
