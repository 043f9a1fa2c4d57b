//! Tests of the form: what is posted becomes the JSON that commands read, for every field, operator and action there is,
//! and buttons do what they say.

use super::draft::{Block, Doing, Draft, Line, Row};
use super::step::{Step, take};
use super::view::{Builder, Control};
use super::{Extras, Faults, Teller, build, json, whole};
use crate::api::definitions::form::DefinitionsForm;
use crate::form::Form;
use crate::view::Words;
use model::classification::{Category, Classification, CustomField, CustomFieldKind, Locale, Service};
use model::condition::Conditions;
use model::ids::{CategoryId, ServiceId};
use model::operator::{Arity, Operator};
use model::trigger::TriggerDraft;
use model::trigger_draft::{Known, read};
use serde_json::{Value, json};
use std::collections::HashMap;
use url::form_urlencoded::Serializer;

fn words() -> Classification {
    Classification {
        categories: ["Question", "Fault"]
            .into_iter()
            .zip(1..)
            .map(|(name, id)| Category::new(CategoryId(id), name))
            .collect(),
        services: vec![Service::new(ServiceId(1), vec!["IT".into(), "Link".into()])],
        teams: vec!["Desk".into(), "Field".into()],
        custom_fields: vec![CustomField::new(77, "Region", CustomFieldKind::Text, &[900])],
        ..Classification::starting(Locale::En)
    }
}

fn definitions() -> DefinitionsForm {
    DefinitionsForm::of(&words())
}

fn builder(draft: Draft, faults: Faults, locale: Locale) -> Builder {
    let (definitions, people) = (definitions(), HashMap::from([("ana".to_owned(), "Ana".to_owned())]));
    let teller = Teller { t: Words::new(locale), definitions: &definitions, people: &people };
    build(teller, "/x".into(), draft, Extras { faults, ..Extras::default() })
}

/// What a browser posts of a form that shows this draft, as the template names its fields.
fn posted(draft: &Draft) -> Form {
    let shown = builder(draft.clone(), Faults::default(), Locale::En);
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("name", &draft.name).append_pair("description", &draft.description);
    if draft.enabled {
        pairs.append_pair("enabled", "true");
    }
    for line in shown.blocks.iter().flat_map(|block| &block.lines) {
        if let Some(nested) = &line.nested {
            pairs.append_pair(&format!("{}.nested", line.name), nested);
            continue;
        }
        for (member, choices) in [("field", &line.fields), ("operator", &line.operators)] {
            let chosen = choices.iter().find(|choice| choice.chosen).unwrap_or_else(|| panic!("{line:?}"));
            pairs.append_pair(&format!("{}.{member}", line.name), &chosen.value);
        }
        let name = format!("{}.value", line.name);
        match &line.control {
            Control::Nothing => {}
            Control::One(choices) | Control::Some(choices) => {
                for choice in choices.iter().filter(|choice| choice.chosen) {
                    pairs.append_pair(&name, &choice.value);
                }
            }
            Control::Text(text) | Control::Person(text, _) => {
                pairs.append_pair(&name, text);
            }
            Control::Texts(text) => {
                pairs.append_pair(&format!("{name}s"), &text.replace('\n', "\r\n"));
            }
        }
    }
    for action in &shown.actions {
        let kind = action.kinds.iter().find(|choice| choice.chosen).unwrap();
        pairs.append_pair(&format!("{}.kind", action.name), &kind.value);
        for member in action.members.iter().chain(&action.more) {
            pairs.append_pair(&member.name, &member.value);
        }
    }
    Form::of(&pairs.finish())
}

/// Reads JSON as a save does.
fn checked(json: &Value) -> TriggerDraft {
    let words = words();
    let known = Known { classification: &words, person: &|id| id == "ana", url_fault: &|_| None };
    read(json, &known).unwrap_or_else(|faults| panic!("{json:#}: {faults:?}"))
}

/// A value that the field takes.
fn value(field: &str) -> &'static str {
    match field {
        "status" | "base_status" => "Resolved",
        "urgency" => "High",
        "category" => "Fault",
        "service" => "IT > Link",
        "owner" | "client" => "ana",
        "team" => "Desk",
        "type" => "public",
        "origin" => "9",
        _ => "a \"quoted\" text & <more>",
    }
}

/// A row for each operator that fits each field.
fn every_row() -> Vec<Row> {
    let definitions = definitions();
    let mut rows = Vec::new();
    for field in &definitions.fields {
        for operator in &field.operators {
            let arity = Operator::parse(operator).unwrap().arity();
            let one = value(&field.name).to_owned();
            let values = match arity {
                Arity::None => Vec::new(),
                _ => vec![one],
            };
            rows.push(Row { field: field.name.clone(), operator: (*operator).to_owned(), values });
        }
    }
    rows
}

#[test]
fn every_field_and_operator_goes_round_from_form_to_trigger_and_back() {
    let opened = Row { field: "ticket".into(), operator: "created".into(), values: Vec::new() };
    let rows = every_row();
    assert!(rows.len() > 80, "{}", rows.len());
    for row in rows {
        let draft = Draft {
            name: "a name".into(),
            all: vec![Line::Row(opened.clone())],
            any: vec![Line::Row(row.clone())],
            actions: vec![Doing { kind: "webhook".into(), members: vec![("url".into(), String::new())] }],
            ..Draft::default()
        };
        let read_back = Draft::read(&posted(&draft));
        assert_eq!(read_back, draft, "{row:?}");
        let trigger = checked(&json::conditions_alone(&read_back));
        let Line::Row(stored) = &Draft::of(&trigger).any[0] else { panic!("{row:?}") };
        assert_eq!((&stored.field, &stored.operator), (&row.field, &row.operator));
        assert_eq!(stored.values.len(), row.values.len(), "{row:?}");
    }
}

#[test]
fn every_action_goes_round() {
    let trigger = checked(&json!({
        "name": "all of it",
        "description": "two\nlines",
        "enabled": false,
        "conditions": {
            "all": [
                { "field": "ticket", "operator": "created" },
                { "any": [{ "field": "urgency", "operator": "is", "value": "High" }] },
            ],
            "any": [{ "field": "status", "operator": "in", "value": ["New", "Resolved"] }],
        },
        "actions": [
            { "kind": "webhook", "url": "https://a.example/hook?secret=abc" },
            { "kind": "set_status", "status": "Resolved", "justification": "done" },
            { "kind": "set_status", "status": "New" },
            { "kind": "add_tag", "tag": "vip" },
        ],
    }));
    let draft = Draft::read(&posted(&Draft::of(&trigger)));
    assert_eq!(checked(&whole(&draft, &definitions())), trigger);
}

#[test]
fn a_nested_block_is_shown_in_words_and_kept() {
    let inner = json!({ "all": [], "any": [{ "field": "urgency", "operator": "is", "value": "High" }] });
    let draft = Draft { all: vec![Line::Nested(inner.to_string())], ..Draft::default() };
    let shown = builder(draft.clone(), Faults::default(), Locale::En);
    assert_eq!(shown.blocks[0].lines[0].sentence, "(Urgency is “High”)");
    let kept: Conditions = serde_json::from_value(json::conditions(&Draft::read(&posted(&draft)))).unwrap();
    assert_eq!(kept, serde_json::from_value(json!({ "all": [inner], "any": [] })).unwrap());
}

#[test]
fn buttons_add_and_remove_lines_and_say_where_the_focus_goes() {
    let mut draft = Draft::fresh();
    let mut step = |text: &str| {
        let focus = take(&mut draft, Step::parse(text));
        (draft.all.len(), draft.any.len(), draft.actions.len(), focus.unwrap_or_default())
    };
    assert_eq!(step("add:all"), (2, 0, 1, "all-1-field".into()));
    assert_eq!(step("add:any"), (2, 1, 1, "any-0-field".into()));
    assert_eq!(step("add-action"), (2, 1, 2, "actions-1-kind".into()));
    assert_eq!(step("remove:all:1"), (1, 1, 2, "all-0-field".into()));
    assert_eq!(step("remove:any:0"), (1, 0, 2, "add-any".into()));
    assert_eq!(step("remove-action:1"), (1, 0, 1, "actions-0-kind".into()));
    for nonsense in ["remove:all:9", "remove:all:x", "remove-action:7", "add:none", "", ":::", "field:any:3"]
    {
        let (all, any, actions, _) = step(nonsense);
        assert_eq!((all, any, actions), (1, 0, 1), "{nonsense}");
    }
}

#[test]
fn a_field_that_is_chosen_begins_with_an_operator_that_fits() {
    let operator = |field: &str, others: usize| {
        let mut draft = Draft::fresh();
        for _ in 0..others {
            draft.any.push(draft.all[0].clone());
        }
        draft.all[0] =
            Line::Row(Row { field: field.into(), operator: "created".into(), values: vec!["old".into()] });
        take(&mut draft, Step::Field(Block::All, 0));
        let Line::Row(row) = draft.all.remove(0) else { panic!("a row") };
        assert!(row.values.is_empty());
        row.operator
    };
    assert_eq!(operator("status", 0), "changed_to", "nothing else would fire");
    assert_eq!(operator("status", 1), "is");
    assert_eq!((operator("tags", 0), operator("subject", 0)), ("tag_added".into(), "changed".into()));
    assert_eq!(operator("custom_field:77", 1), "is");
    assert_eq!(operator("no such field", 1), "is");
}

#[test]
fn every_operator_and_action_has_a_sentence_in_every_language() {
    for locale in [Locale::En, Locale::PtBr, Locale::Es] {
        for row in every_row() {
            let draft = Draft { all: vec![Line::Row(row.clone())], ..Draft::fresh() };
            let shown = builder(draft, Faults::default(), locale);
            let t = Words::new(locale);
            let id = format!("op-{}", row.operator);
            assert_ne!(t.say(&id), id, "{}", locale.as_str());
            assert!(!shown.sentence.contains("op-") && !shown.sentence.contains("{$"), "{}", shown.sentence);
        }
        for action in definitions().actions {
            let id = format!("does-{}", action.kind);
            assert_ne!(Words::new(locale).say(&id), id, "{}", locale.as_str());
        }
    }
}

#[test]
fn a_trigger_is_told_in_a_sentence() {
    let trigger = checked(&json!({
        "name": "x",
        "conditions": {
            "all": [
                { "field": "status", "operator": "changed_to", "value": "Resolved" },
                { "field": "owner", "operator": "is", "value": "ana" },
            ],
            "any": [
                { "field": "urgency", "operator": "in", "value": ["High", "Urgent", "Low"] },
                { "field": "tags", "operator": "tag_added" },
            ],
        },
        "actions": [
            { "kind": "webhook", "url": "https://a.example/hook?secret=abc" },
            { "kind": "add_tag", "tag": "told" },
        ],
    }));
    let told = |locale| builder(Draft::of(&trigger), Faults::default(), locale).sentence;
    assert_eq!(
        told(Locale::En),
        "When Status changed to “Resolved” and Owner is “Ana”, and besides Urgency is “High”, “Urgent” or “Low” or a tag \
         is added: POST the ticket to https://a.example/hook?secret=••• and add the tag “told”."
    );
    assert!(told(Locale::PtBr).starts_with("Quando Status mudou para “Resolved” e Responsável é “Ana”"));
    assert!(told(Locale::Es).starts_with("Cuando Estado cambió a «Resolved» y Responsable es «Ana»"));
}

#[test]
fn a_half_filled_form_is_as_good_as_any() {
    for posted in [
        "",
        "all.0.field=status",
        "all.0.operator=is&any.7.value=x&any.7.value=y",
        "actions.0.url=x&actions.x.kind=y&all..field=z&all.0&.=.&all.99999999999999999999.field=a",
        "all.0.nested=%7B&any.1.nested=",
        "actions.3.kind=nonsense",
    ] {
        let mut draft = Draft::read(&Form::of(posted));
        take(&mut draft, Step::Show);
        let shown = builder(draft.clone(), Faults::default(), Locale::En);
        assert!(!shown.sentence.is_empty(), "{posted}");
        let _ = whole(&draft, &definitions());
    }
}
