//! Tests of reading bodies: tolerance, faults with their paths, syntax.

use super::*;
use serde::de::MapAccess;

#[derive(Debug, Default, PartialEq)]
struct Thing {
    name: Option<String>,
    count: Option<i64>,
    on: Option<bool>,
    at: Option<Timestamp>,
    tags: Vec<String>,
    inner: Vec<Thing>,
}

impl<'de> Members<'de> for Thing {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "name" => self.name = reader.text("name", object.next_value()?, 5),
            "count" => self.count = reader.integer("count", &object.next_value()?),
            "on" => self.on = reader.flag("on", &object.next_value()?),
            "at" => self.at = reader.instant("at", &object.next_value()?),
            "tags" => {
                let (items_max, length_max) = (3, 4);
                object.next_value_seed(Texts {
                    reader,
                    name: "tags",
                    into: &mut self.tags,
                    items_max,
                    length_max,
                })?;
            }
            "inner" => {
                object.next_value_seed(Objects {
                    reader,
                    name: "inner",
                    into: &mut self.inner,
                    items_max: 2,
                })?;
            }
            _ => skip(object)?,
        }
        Ok(())
    }
}

fn thing(json: &str) -> Result<Thing, String> {
    let mut thing = Thing::default();
    let read = read(json.as_bytes(), &mut thing).and_then(Reader::finish);
    read.map(|()| thing).map_err(|failure| failure.detail.to_string())
}

fn faults(json: &str) -> Vec<String> {
    let failure = read(json.as_bytes(), &mut Thing::default()).and_then(Reader::finish).err();
    failure.map_or(Vec::new(), |failure| failure.faults.iter().map(ToString::to_string).collect())
}

#[test]
fn names_and_scalars_are_taken_as_clients_send_them() {
    let expected = Thing {
        name: Some("é".into()),
        count: Some(5),
        on: Some(true),
        at: Some(Timestamp(1_764_807_672_000)),
        tags: vec!["a".into(), "7".into()],
        inner: vec![Thing { count: Some(-1), ..Thing::default() }],
    };
    let written = "{\"NAME\":\"\\u00e9\",\"Count\":\" 5 \",\"on\":\"True\",\"At\":\"2025-12-04T00:21:12\",
        \"tAgs\":[\"a\",null,7],\"Inner\":[{\"count\":-1.0,\"more\":{\"x\":[1]}}],\"other\":[{}]}";
    assert_eq!(thing(written), Ok(expected));
    let nothing =
        "\u{feff}{\"name\":null,\"count\":null,\"on\":null,\"at\":\"\",\"tags\":null,\"inner\":null}";
    assert_eq!(thing(nothing), Ok(Thing::default()));
}

#[test]
fn every_fault_has_its_path() {
    let written = r#"{"name":"too long","count":1.5,"on":2,"at":"soon","tags":["a","fives",{},"d"],
        "inner":[{"name":true,"inner":[{"count":"x"},null]},5]}"#;
    assert_eq!(
        faults(written),
        [
            "name: has 8 characters; at most 5 are allowed",
            "count: is a number; must be a whole number",
            "on: is a number; must be true or false",
            "at: must be a date and time such as 2026-01-02T03:04:05",
            "tags[1]: has 5 characters; at most 4 are allowed",
            "tags[2]: is an object; must be a text",
            "tags: has more than 3 items, the limit",
            "inner[0].name: is a boolean; must be a text",
            "inner[0].inner[0].count: is a text; must be a whole number",
            "inner[0].inner[1]: is null; must be an object",
            "inner[1]: is a number; must be an object",
        ]
    );
    assert_eq!(faults("[]"), ["is a list; must be an object"]);
    assert_eq!(faults("null"), ["is null; must be an object"]);
    assert_eq!(
        faults(r#"{"tags":{},"inner":"x"}"#),
        ["tags: is an object; must be a list", "inner: is a text; must be a list"]
    );
    assert_eq!(faults(r#"{"inner":[{},{},{},{}]}"#), ["inner: has more than 2 items, the limit"]);
    assert_eq!(faults(r#"{"name":"a\u0000"}"#), ["name: holds a control character"]);
    assert_eq!(faults(r#"{"count":99999999999999999999}"#), ["count: is a number; must be a whole number"]);
}

#[test]
fn broken_json_is_told_by_line_and_column() {
    let told = thing("{\n  \"name\": \"a\"\n  \"count\": 1}").unwrap_err();
    assert_eq!(told, "the body is not valid JSON: expected `,` or `}` at line 3 column 3");
    for broken in ["", "{", "{\"name\":}", "{} {}", "{\"x\":\"\u{1}\"}", "\u{0}", &"[".repeat(10_000)] {
        assert!(thing(broken).unwrap_err().contains(" at line "), "{broken}");
    }
    assert!(read(b"{\"name\":\"\xff\"}", &mut Thing::default()).is_err());
}
