//! Tests of docs/webhook-body.schema.json: it says what the article says, and every body that is written obeys it.

use super::tests::{ARTICLE, Shape, bare_body, rich_body};
use super::*;
use crate::samples::random::{self, cases};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/webhook-body.schema.json")).expect("the schema is JSON")
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).expect("the schema is a schema")
}

fn parsed(payload: &Payload) -> Value {
    serde_json::from_str(&payload.body).expect("a body is JSON")
}

/// What the validator finds wrong, each with its place.
fn found(validator: &Validator, body: &Value) -> Vec<String> {
    validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The schema that a reference points to, or the schema itself.
fn resolved<'s>(schema: &'s Value, part: &'s Value) -> &'s Value {
    match part["$ref"].as_str() {
        Some(reference) => schema.pointer(reference.trim_start_matches('#')).expect("a definition"),
        None => part,
    }
}

fn check_says(schema: &Value, path: &str, part: &Value, shape: &Shape) {
    let part = resolved(schema, part);
    assert!(part["description"].is_string(), "{path} has no description");
    let (kind, members) = match shape {
        Shape::Int => ("integer", None),
        Shape::Text => ("string", None),
        Shape::Flag => ("boolean", None),
        Shape::Object(members) => ("object", Some((part, members))),
        Shape::List(members) => ("array", Some((resolved(schema, &part["items"]), members))),
    };
    assert_eq!(part["type"], kind, "{path}");
    let Some((object, members)) = members else { return };
    let keys: Vec<_> = members.iter().map(|(key, _)| *key).collect();
    assert_eq!(object["required"], json!(keys), "{path}");
    assert_eq!(object["additionalProperties"], false, "{path}");
    let properties = object["properties"].as_object().expect("properties");
    assert_eq!(properties.keys().collect::<Vec<_>>(), keys, "{path}");
    for (key, shape) in members.iter() {
        check_says(schema, &format!("{path}.{key}"), &properties[*key], shape);
    }
}

#[test]
fn the_schema_says_what_the_article_says() {
    let schema = schema();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    check_says(&schema, "body", &schema, &ARTICLE);
}

#[test]
fn both_sample_bodies_obey_the_schema() {
    let validator = validator();
    for payload in [rich_body(), bare_body()] {
        assert_eq!(found(&validator, &parsed(&payload)), [""; 0]);
    }
}

/// Every body that differs from this one in one member of one object, changed by `change`.
fn variants(value: &Value, change: &dyn Fn(&mut serde_json::Map<String, Value>, &str)) -> Vec<Value> {
    let mut variants = Vec::new();
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let mut changed = members.clone();
                change(&mut changed, key);
                variants.push(Value::Object(changed));
                for inner in self::variants(inner, change) {
                    let mut members = members.clone();
                    members.insert(key.clone(), inner);
                    variants.push(Value::Object(members));
                }
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                for inner in self::variants(inner, change) {
                    let mut items = items.clone();
                    items[at] = inner;
                    variants.push(Value::Array(items));
                }
            }
        }
        _ => {}
    }
    variants
}

#[test]
fn a_body_without_one_of_its_keys_fails() {
    let validator = validator();
    let body = parsed(&rich_body());
    let poorer = variants(&body, &|members, key| drop(members.remove(key)));
    // 14 of the ticket, 2 actions of 11 with their author, 2 files, 3 custom fields, 4 items, 2 events.
    assert_eq!(poorer.len(), 14 + 2 * 11 + 2 * 2 + 3 * 4 + 4 * 2 + 2 * 2);
    assert!(poorer.iter().all(|body| !validator.is_valid(body)));
}

#[test]
fn a_body_with_a_null_or_with_a_key_too_many_fails() {
    let validator = validator();
    let body = parsed(&rich_body());
    let nulls = variants(&body, &|members, key| drop(members.insert(key.into(), Value::Null)));
    assert!(nulls.iter().all(|body| !validator.is_valid(body)));
    let richer = variants(&body, &|members, key| drop(members.insert(format!("{key}2"), json!(1))));
    assert!(richer.iter().all(|body| !validator.is_valid(body)));
}

#[test]
fn codes_that_do_not_exist_fail() {
    let validator = validator();
    for (pointer, code) in [
        ("/Type", 0),
        ("/Type", 3),
        ("/Origin", 26),
        ("/Actions/0/Type", 0),
        ("/Actions/0/CreatedBy/PersonType", 3),
        ("/Actions/0/CreatedBy/ProfileType", 4),
    ] {
        let mut body = parsed(&rich_body());
        *body.pointer_mut(pointer).expect("a member") = json!(code);
        assert!(!validator.is_valid(&body), "{pointer} {code}");
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn every_body_obeys_the_schema(
        ticket in random::ticket(),
        actions in random::actions(),
        events in proptest::collection::vec((1..15_i64, 1..12_i64), 0..4),
    ) {
        let validator = validator();
        let body = parsed(&write(&ticket, &actions, &events));
        prop_assert_eq!(found(&validator, &body), Vec::<String>::new());
    }
}
