//! Tests of `payload`: the article's keys in the article's order, and what is left out of a body that is too long.

use super::*;
use crate::samples::random::{self, cases};
use crate::samples::{action, bare_ticket, plain_value, rich_actions, rich_ticket};
use crate::ticket_action::Attachment;
use proptest::prelude::*;
use serde_json::Value;

/// The documented shape of a value.
pub(super) enum Shape {
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// An object with exactly these keys, in this order.
    Object(&'static [(&'static str, Shape)]),
    /// A list of such objects.
    List(&'static [(&'static str, Shape)]),
}

use Shape::{Flag, Int, List, Object, Text};

/// The body as the article shows it.
pub(super) const ARTICLE: Shape = Object(&[
    ("Id", Int),
    ("Type", Int),
    ("Subject", Text),
    ("Urgency", Text),
    ("Status", Text),
    ("Origin", Int),
    ("IsDeleted", Flag),
    ("ServiceFirstLevel", Text),
    ("ActionCount", Int),
    ("ResolvedInFirstCall", Flag),
    ("SlaSolutionTime", Int),
    (
        "Actions",
        List(&[
            ("Id", Int),
            ("Type", Int),
            ("Origin", Int),
            ("Description", Text),
            ("HtmlDescription", Text),
            ("CreatedBy", Object(&[("Id", Text), ("PersonType", Int), ("ProfileType", Int)])),
            ("IsDeleted", Flag),
            ("Attachments", List(&[("FileName", Text), ("Path", Text)])),
        ]),
    ),
    (
        "CustomFieldValues",
        List(&[
            ("CustomFieldId", Int),
            ("CustomFieldRuleId", Int),
            ("Line", Int),
            ("Items", List(&[("CustomFieldItem", Text), ("StorageFileGuid", Text)])),
        ]),
    ),
    ("WebhookEvents", List(&[("Criteria", Int), ("Operation", Int)])),
]);

fn check_shape(path: &str, value: &Value, shape: &Shape) {
    let members = |value: &Value, shapes: &'static [(&'static str, Shape)]| {
        let object = value.as_object().unwrap_or_else(|| panic!("{path} is no object: {value}"));
        let keys: Vec<_> = object.keys().map(String::as_str).collect();
        assert_eq!(keys, shapes.iter().map(|(key, _)| *key).collect::<Vec<_>>(), "{path}");
        for (key, shape) in shapes {
            check_shape(&format!("{path}.{key}"), &object[*key], shape);
        }
    };
    match shape {
        Int => assert!(value.is_i64(), "{path}: {value}"),
        Text => assert!(value.is_string(), "{path}: {value}"),
        Flag => assert!(value.is_boolean(), "{path}: {value}"),
        Object(shapes) => members(value, shapes),
        List(shapes) => {
            let list = value.as_array().unwrap_or_else(|| panic!("{path} is no list: {value}"));
            list.iter().for_each(|one| members(one, shapes));
        }
    }
}

pub(super) fn rich_body() -> Payload {
    write(&rich_ticket(), &rich_actions(), &[(2, 10), (1, 3)])
}

pub(super) fn bare_body() -> Payload {
    write(&bare_ticket(), &[], &[])
}

fn parsed(payload: &Payload) -> Value {
    serde_json::from_str(&payload.body).expect("a body is JSON")
}

fn pretty(payload: &Payload) -> String {
    serde_json::to_string_pretty(&parsed(payload)).expect("JSON")
}

#[test]
fn the_body_of_a_rich_ticket() {
    insta::assert_snapshot!(pretty(&rich_body()));
}

#[test]
fn the_body_of_an_almost_empty_ticket() {
    insta::assert_snapshot!(pretty(&bare_body()));
}

#[test]
fn keys_stand_in_the_articles_order_with_its_types() {
    for payload in [rich_body(), bare_body()] {
        check_shape("body", &parsed(&payload), &ARTICLE);
        assert!(!payload.truncated);
    }
}

#[test]
fn accents_and_signs_travel_as_utf8_and_come_back_as_they_were() {
    let payload = rich_body();
    let body = parsed(&payload);
    assert!(payload.body.contains("Conexão cai às 15h") && payload.body.contains('🚧'));
    assert_eq!(body["Subject"], rich_ticket().subject);
    assert_eq!(body["Actions"][0]["Description"], rich_actions()[0].description);
    assert_eq!(body["CustomFieldValues"][0]["Items"][1]["CustomFieldItem"], "São Paulo ");
    // Compact: written again from what it says, it is the same bytes.
    assert_eq!(serde_json::to_string(&body).unwrap(), payload.body);
}

#[test]
fn the_chosen_service_is_the_first_level() {
    let first_level = |levels: &[&str]| {
        let service = levels.iter().map(ToString::to_string).collect();
        parsed(&write(&Ticket { service, ..bare_ticket() }, &[], &[]))["ServiceFirstLevel"].clone()
    };
    assert_eq!([first_level(&[]), first_level(&["TI"]), first_level(&["TI", "Redes"])], ["", "TI", "Redes"]);
}

#[test]
fn the_author_is_an_object_also_for_the_system() {
    let body = parsed(&rich_body());
    assert_eq!(
        body["Actions"][0]["CreatedBy"],
        serde_json::json!({ "Id": "613348413", "PersonType": 2, "ProfileType": 2 })
    );
    assert_eq!(
        body["Actions"][1]["CreatedBy"],
        serde_json::json!({ "Id": "", "PersonType": 0, "ProfileType": 0 })
    );
}

/// An entry whose text and HTML have so many characters of this kind.
fn long_action(id: i64, letter: char, count: usize) -> TicketAction {
    let text: String = std::iter::repeat_n(letter, count).collect();
    TicketAction { html_description: text.clone(), ..action(id, &text, None) }
}

fn ids(body: &Value) -> Vec<i64> {
    let actions = body["Actions"].as_array().expect("a list");
    actions.iter().map(|action| action["Id"].as_i64().expect("a number")).collect()
}

fn check_truncated(payload: &Payload) -> Value {
    assert!(payload.truncated && payload.body.len() <= BODY_BYTES_MAX, "{} bytes", payload.body.len());
    let body = parsed(payload);
    check_shape("body", &body, &ARTICLE);
    body
}

#[test]
fn a_body_of_exactly_the_limit_is_whole_and_one_byte_more_is_not() {
    let empty = write(&bare_ticket(), &[long_action(1, 'a', 0)], &[]).body.len();
    let text = "a".repeat(BODY_BYTES_MAX - empty);
    let entry = |text: String| TicketAction { html_description: text, ..long_action(1, 'a', 0) };
    let whole = write(&bare_ticket(), &[entry(text.clone())], &[]);
    assert_eq!((whole.body.len(), whole.truncated), (BODY_BYTES_MAX, false));
    let body = check_truncated(&write(&bare_ticket(), &[entry(text + "a")], &[]));
    assert_eq!(body["Actions"][0]["HtmlDescription"], "");
}

#[test]
fn html_goes_first_and_the_texts_stay() {
    let actions = [long_action(1, 'ç', 200_000), long_action(2, 'ç', 200_000)];
    let body = check_truncated(&write(&rich_ticket(), &actions, &[(2, 10)]));
    assert_eq!(ids(&body), [1, 2]);
    for (action, given) in body["Actions"].as_array().unwrap().iter().zip(&actions) {
        assert_eq!(
            (&action["HtmlDescription"], &action["Description"]),
            (&"".into(), &given.description.clone().into())
        );
    }
    assert_eq!(body["CustomFieldValues"].as_array().unwrap().len(), 3);
}

#[test]
fn then_the_oldest_actions_go_and_no_more_than_needed() {
    let actions: Vec<_> = (1..=8_000).map(|id| long_action(id, '"', 100)).collect();
    let payload = write(&rich_ticket(), &actions, &[(2, 10)]);
    let body = check_truncated(&payload);
    let kept = ids(&body);
    let (first, last) = (kept[0], *kept.last().unwrap());
    assert_eq!((last, kept.len() as i64), (8_000, 8_000 - first + 1));
    let one_more = BodyAction { html_description: "", ..super::action(&actions[first as usize - 2]) };
    assert!(payload.body.len() + json(&one_more).len() + 1 > BODY_BYTES_MAX);
}

#[test]
fn then_the_last_text_is_shortened_though_every_letter_is_an_escape() {
    for letter in ['\u{1}', '"', '🚧'] {
        let count = crate::ticket::limits::DESCRIPTION.max(BODY_BYTES_MAX + 1);
        let actions = [long_action(1, letter, 10), long_action(2, letter, count)];
        let body = check_truncated(&write(&rich_ticket(), &actions, &[(2, 10)]));
        assert_eq!(ids(&body), [2]);
        let kept = body["Actions"][0]["Description"].as_str().unwrap();
        assert!(!kept.is_empty() && kept.chars().all(|kept| kept == letter), "{letter:?}");
    }
}

#[test]
fn custom_values_that_are_too_long_go_last() {
    let letter = "\u{1}";
    let long = letter.repeat(crate::ticket::limits::CUSTOM_VALUE);
    let custom_fields = (0..20).map(|id| plain_value(id, &long)).collect();
    let ticket = Ticket { custom_fields, ..rich_ticket() };
    let body = check_truncated(&write(&ticket, &rich_actions(), &[(2, 10)]));
    assert_eq!(body["CustomFieldValues"], serde_json::json!([]));
    assert_eq!(
        (&body["Subject"], &body["WebhookEvents"][0]["Criteria"]),
        (&ticket.subject.into(), &2.into())
    );
}

#[test]
fn as_many_files_as_an_action_may_have_never_pass_the_limit() {
    let name = "\u{1}".repeat(255);
    let attachments = vec![
        Attachment { file_name: name.clone(), path: name, ..Attachment::default() };
        crate::ticket::limits::ATTACHMENTS
    ];
    let action = TicketAction { attachments, ..long_action(1, '\u{1}', 1_000_000) };
    let body = check_truncated(&write(&rich_ticket(), &[action], &[(2, 10)]));
    assert_eq!(body["Actions"][0]["Attachments"].as_array().unwrap().len(), 100);
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_body_is_json_of_the_articles_shape_within_the_limit(
        ticket in random::ticket(),
        actions in random::actions(),
        events in proptest::collection::vec((1..15_i64, 1..12_i64), 0..4),
        times in prop_oneof![3 => Just(1_usize), 1 => 500..3_000_usize],
    ) {
        let longer = |action: &TicketAction| TicketAction {
            description: action.description.repeat(times),
            html_description: action.html_description.repeat(times),
            ..action.clone()
        };
        let actions: Vec<_> = actions.iter().map(longer).collect();
        let payload = write(&ticket, &actions, &events);
        prop_assert!(payload.body.len() <= BODY_BYTES_MAX);
        let body = parsed(&payload);
        check_shape("body", &body, &ARTICLE);
        prop_assert_eq!(&body["Id"], ticket.number);
        if !payload.truncated {
            prop_assert_eq!(ids(&body).len(), actions.len());
            prop_assert_eq!(body["WebhookEvents"].as_array().unwrap().len(), events.len());
        }
    }
}
