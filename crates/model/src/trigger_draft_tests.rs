//! Tests of `trigger_draft`: every refusal with its path, all at once; values in the domain's spelling.

use super::*;
use crate::samples::{classification, line};
use crate::trigger_action::TriggerAction;
use crate::wording::Text;
use serde_json::json;

fn read_in_domain(json: &Value) -> Result<TriggerDraft, Vec<Fault>> {
    let classification = classification();
    let url_fault =
        |url: &str| (!url.starts_with("https://")).then(|| Text::given("must begin with https://"));
    let person = |id: &str| id == "ana" || id == "7";
    read(json, &Known { classification: &classification, person: &person, url_fault: &url_fault })
}

/// A trigger in order but for the given members; a null takes a member away.
fn draft_with(changes: Value) -> Value {
    let mut draft = json!({
        "name": "Avisa o parceiro",
        "conditions": { "all": [line("status", "changed_to", json!("Resolvido"))] },
        "actions": [{ "kind": "webhook", "url": "https://exemplo.com.br/gancho?secret=1" }],
    });
    let (Value::Object(draft), Value::Object(changes)) = (&mut draft, changes) else {
        panic!("an object is needed")
    };
    for (name, value) in changes {
        if value == "absent" {
            draft.remove(&name)
        } else {
            draft.insert(name, value)
        };
    }
    Value::Object(std::mem::take(draft))
}

/// A trigger with these lines in ALL after one that fires.
fn with_line(line_json: Value) -> Value {
    draft_with(json!({ "conditions": { "all": [line("ticket", "created", Value::Null), line_json] } }))
}

fn faults(json: &Value) -> Vec<Fault> {
    read_in_domain(json).expect_err(&format!("was taken: {json}"))
}

/// The one fault of an input: its path, and that its message has the words.
fn check_one(json: &Value, path: &str, words: &str) {
    let faults = faults(json);
    assert_eq!(faults.len(), 1, "{json}: {faults:?}");
    assert_eq!(faults[0].field, path, "{json}: {faults:?}");
    assert!(
        faults[0].message.to_string().contains(words),
        "{path}: `{}` without `{words}`",
        faults[0].message
    );
}

fn first_value(json: &Value) -> Wanted {
    let draft = read_in_domain(json).unwrap_or_else(|faults| panic!("{json}: {faults:?}"));
    draft.conditions.leaves().last().expect("a line").1.value.clone()
}

#[test]
fn a_trigger_in_order_is_read_with_its_defaults() {
    let draft = read_in_domain(&draft_with(json!({}))).unwrap();
    assert!(draft.enabled && draft.description.is_empty());
    assert_eq!(draft.conditions.leaves()[0].1.value, Wanted::One("Resolvido".into()));
    assert_eq!(draft.actions.len(), 1);
    let disabled = read_in_domain(&draft_with(json!({ "enabled": false, "type": "ticket" }))).unwrap();
    assert!(!disabled.enabled);
}

#[test]
fn what_was_read_survives_storage() {
    let nested = json!({ "all": [{ "any": [line("tags", "tag_added", Value::Null)] }], "any": [] });
    let actions = json!([
        { "kind": "set_status", "status": "fechado", "justification": "pronto" },
        { "kind": "add_tag", "tag": " vip " },
    ]);
    let draft = read_in_domain(&draft_with(json!({ "conditions": nested, "actions": actions }))).unwrap();
    let stored = serde_json::to_string(&draft).unwrap();
    assert_eq!(serde_json::from_str::<TriggerDraft>(&stored).unwrap(), draft);
    let read_again = read_in_domain(&serde_json::from_str(&stored).unwrap()).unwrap();
    assert_eq!(read_again, draft);
    let status = TriggerAction::SetStatus { status: "Fechado".into(), justification: "pronto".into() };
    assert_eq!(draft.actions, [status, TriggerAction::AddTag { tag: "vip".into() }]);
}

#[test]
fn wrong_members_are_refused_where_they_stand() {
    let long = "n".repeat(129);
    let cases = [
        (json!({ "name": "absent" }), "name", "is missing"),
        (json!({ "name": null }), "name", "is missing"),
        (json!({ "name": "  " }), "name", "is empty"),
        (json!({ "name": 7 }), "name", "is a number; must be a text"),
        (json!({ "name": long }), "name", "has 129 characters; at most 128"),
        (json!({ "name": "a\u{7}b" }), "name", "control character"),
        (json!({ "type": "person" }), "type", "must be \"ticket\""),
        (json!({ "type": null }), "type", "must be \"ticket\""),
        (json!({ "enabled": "yes" }), "enabled", "is a text; must be true or false"),
        (json!({ "enabled": null }), "enabled", "is null"),
        (json!({ "description": ["x"] }), "description", "is a list; must be a text"),
        (json!({ "description": "d".repeat(2_001) }), "description", "at most 2000"),
        (json!({ "position": 3 }), "position", "is not known; allowed are name, type"),
        (json!({ "conditions": [] }), "conditions", "is a list; must be an object"),
        (json!({ "conditions": { "some": [] } }), "conditions.some", "allowed are all, any"),
        (json!({ "conditions": { "all": 3 } }), "conditions.all", "must be a list of conditions"),
        (json!({ "actions": "absent" }), "actions", "is missing"),
        (json!({ "actions": [] }), "actions", "holds 0 actions; give 1 to 100"),
        (json!({ "actions": { "kind": "webhook" } }), "actions", "is an object; must be a list"),
    ];
    for (changes, path, words) in cases {
        check_one(&draft_with(changes), path, words);
    }
}

#[test]
fn what_is_no_object_is_no_trigger() {
    for json in [json!(null), json!([]), json!("trigger"), json!(4)] {
        check_one(&json, "", "must be an object");
    }
}

#[test]
fn a_trigger_that_would_never_fire_is_refused() {
    for conditions in [
        json!({}),
        json!({ "all": [], "any": [] }),
        json!({ "all": [line("status", "is", json!("Novo"))] }),
        json!({ "any": [{ "all": [line("urgency", "is_empty", Value::Null)] }] }),
    ] {
        let words = "add one that looks at the change: changed, changed_to, changed_from, created, deleted";
        check_one(&draft_with(json!({ "conditions": conditions })), "conditions", words);
    }
    check_one(&draft_with(json!({ "conditions": "absent" })), "conditions", "has no firing condition");
}

#[test]
fn a_firing_line_in_any_block_is_enough() {
    for conditions in [
        json!({ "any": [line("owner", "changed", Value::Null)] }),
        json!({ "all": [{ "any": [{ "all": [line("ticket", "deleted", Value::Null)] }] }] }),
    ] {
        assert!(read_in_domain(&draft_with(json!({ "conditions": conditions }))).is_ok(), "{conditions}");
    }
}

#[test]
fn unknown_fields_and_operators_are_refused_where_they_stand() {
    let cases = [
        (line("mood", "is", json!("x")), "field", "`mood` is no field; allowed are ticket, status"),
        (line("custom_field:1", "changed", Value::Null), "field", "there is no custom field 1"),
        (line("custom_field:x", "changed", Value::Null), "field", "needs the custom field's number"),
        (json!({ "operator": "changed" }), "field", "is missing or no text"),
        (
            line("status", "sounds_like", json!("x")),
            "operator",
            "`sounds_like` is no operator; allowed are is,",
        ),
        (line("status", "created", Value::Null), "operator", "`created` cannot be asked of status"),
        (line("ticket", "is", json!("x")), "operator", "allowed are created, deleted, action_added"),
        (line("urgency", "tag_added", Value::Null), "operator", "cannot be asked of urgency"),
        (json!({ "field": "status", "operator": 4 }), "operator", "is missing or no text; allowed are is"),
        (json!({ "field": "status" }), "operator", "is missing or no text"),
    ];
    for (line, member, words) in cases {
        check_one(&with_line(line), &format!("conditions.all[1].{member}"), words);
    }
    check_one(&with_line(json!("status")), "conditions.all[1]", "is a text; must be an object");
    let member = json!({ "field": "status", "operator": "changed", "note": "x" });
    check_one(&with_line(member), "conditions.all[1].note", "allowed are field, operator, value");
}

#[test]
fn wrong_values_are_refused_where_they_stand() {
    let cases = [
        (
            line("status", "is", json!("Aberto")),
            "there is no status `Aberto` in this domain; there are Novo,",
        ),
        (line("urgency", "is", json!("x")), "there is no urgency `x` in this domain; there are Baixa, Média"),
        (line("category", "is", json!("x")), "there is no category `x`"),
        (line("team", "is", json!("x")), "there is no team `x` in this domain; there are Suporte, Nível 3"),
        (line("service", "is", json!("x")), "there is no service `x`"),
        (line("owner", "is", json!("bob")), "there is no person with the reference code `bob`"),
        (line("client", "contains", json!(["ana"])), "is a list; must be a text or a number"),
        (line("base_status", "is", json!("open")), "there are New, InAttendance, Stopped"),
        (line("type", "is", json!(3)), "must be 1 (internal) or 2 (public)"),
        (line("origin", "is", json!("26")), "must be an origin's number, 0 to 25"),
        (line("status", "changed_to", Value::Null), "is missing; `changed_to` needs one"),
        (line("status", "in", Value::Null), "is missing; `in` needs one"),
        (line("status", "changed", json!("Novo")), "`changed` takes no value; leave it out"),
        (line("status", "in", json!([])), "holds 0 values; give 1 to 200"),
        (line("tags", "in", json!(vec!["t"; 201])), "holds 201 values; give 1 to 200"),
        (line("subject", "contains", json!({ "text": "x" })), "is an object; must be a text or a number"),
        (line("subject", "contains", json!("")), "is empty; use is_empty"),
        (line("subject", "contains", json!("\u{301}")), "is empty; use is_empty"),
        (line("subject", "is", json!("é".repeat(351))), "has more than 350 characters"),
    ];
    for (line, words) in cases {
        check_one(&with_line(line), "conditions.all[1].value", words);
    }
}

#[test]
fn every_wrong_value_of_a_list_is_named() {
    let list = line("status", "in", json!(["Novo", "Aberto", ["x"], "Fechado", ""]));
    let paths: Vec<_> = faults(&with_line(list)).into_iter().map(|fault| fault.field).collect();
    assert_eq!(paths, [1, 2, 4].map(|at| format!("conditions.all[1].value[{at}]")));
}

#[test]
fn wrong_actions_are_refused_where_they_stand() {
    let cases = [
        (json!({}), "kind", "must be webhook, set_status or add_tag"),
        (json!("webhook"), "kind", "must be webhook"),
        (json!({ "kind": "send_email" }), "kind", "must be webhook"),
        (json!({ "kind": "webhook" }), "url", "is missing or no text"),
        (json!({ "kind": "webhook", "url": "gopher://x" }), "url", "must begin with https://"),
        (
            json!({ "kind": "webhook", "url": "https://x", "method": "PUT" }),
            "method",
            "allowed are kind, url",
        ),
        (json!({ "kind": "set_status" }), "status", "is missing"),
        (json!({ "kind": "set_status", "status": "Aberto" }), "status", "there is no status `Aberto`"),
        (
            json!({ "kind": "set_status", "status": "Novo", "justification": "j".repeat(129) }),
            "justification",
            "128",
        ),
        (json!({ "kind": "add_tag", "tag": " " }), "tag", "is empty"),
        (json!({ "kind": "add_tag", "tag": "t".repeat(129) }), "tag", "at most 128"),
    ];
    for (action, member, words) in cases {
        let actions = json!([{ "kind": "add_tag", "tag": "vip" }, action]);
        check_one(&draft_with(json!({ "actions": actions })), &format!("actions[1].{member}"), words);
    }
    let many = vec![json!({ "kind": "add_tag", "tag": "vip" }); 101];
    check_one(&draft_with(json!({ "actions": many })), "actions", "holds 101 actions");
}

#[test]
fn all_faults_come_at_once_in_reading_order() {
    let json = json!({
        "name": "",
        "colour": "red",
        "enabled": 1,
        "conditions": {
            "all": [line("mood", "is", json!("x")), { "any": [line("status", "changed_to", json!("Aberto"))] }],
            "any": [line("team", "sounds_like", json!("x"))],
        },
        "actions": [{ "kind": "webhook", "url": "http://x" }, { "kind": "set_status", "status": "x" }],
    });
    let paths: Vec<_> = faults(&json).into_iter().map(|fault| fault.field).collect();
    let expected = [
        "colour",
        "name",
        "enabled",
        "conditions.all[0].field",
        "conditions.all[1].any[0].value",
        "conditions.any[0].operator",
        "actions[0].url",
        "actions[1].status",
    ];
    assert_eq!(paths, expected);
}

fn nested(depth: usize) -> Value {
    let innermost = json!({ "all": [line("ticket", "created", Value::Null)] });
    (1..depth).fold(innermost, |inner, _| json!({ "any": [inner] }))
}

#[test]
fn five_blocks_may_stand_inside_one_another_and_a_sixth_is_refused() {
    let draft = read_in_domain(&draft_with(json!({ "conditions": nested(5) }))).unwrap();
    assert_eq!(draft.conditions.leaves()[0].0, "any[0].any[0].any[0].any[0].all[0]");
    let path = format!("conditions{}", ".any[0]".repeat(5));
    check_one(&draft_with(json!({ "conditions": nested(6) })), &path, "is nested deeper than 5 blocks");
    check_one(&draft_with(json!({ "conditions": nested(60) })), &path, "is nested deeper than 5 blocks");
}

#[test]
fn a_hundred_lines_are_allowed_and_more_are_refused() {
    let lines = |count: usize| vec![line("ticket", "created", Value::Null); count];
    let block = json!({ "all": lines(60), "any": lines(40) });
    assert!(read_in_domain(&draft_with(json!({ "conditions": block }))).is_ok());
    let block = json!({ "all": lines(60), "any": lines(41) });
    check_one(&draft_with(json!({ "conditions": block })), "conditions", "holds 101 lines; at most 100");
    let block = json!({ "all": lines(101) });
    check_one(&draft_with(json!({ "conditions": block })), "conditions.all", "holds more than 100 lines");
}

#[test]
fn names_are_stored_as_the_domain_writes_them() {
    for (field, written, stored) in [
        ("status", "EM ATENDIMENTO", "Em atendimento"),
        ("urgency", "media", "Média"),
        ("category", "duvida", "Dúvida"),
        ("team", "nivel 3", "Nível 3"),
        ("service", "CONEXAO", "Conexão"),
        ("service", "ti > redes > conexao", "TI > Redes > Conexão"),
        ("base_status", "inattendance", "InAttendance"),
        ("subject", "Conexão CAI", "Conexão CAI"),
    ] {
        assert_eq!(first_value(&with_line(line(field, "is", json!(written)))), Wanted::One(stored.into()));
    }
    let list = first_value(&with_line(line("status", "in", json!(["novo", "FECHADO"]))));
    assert_eq!(list, Wanted::Many(vec!["Novo".into(), "Fechado".into()]));
}

#[test]
fn numbers_and_booleans_are_stored_as_texts() {
    for (field, operator, written, stored) in [
        ("origin", "is", json!(9), Wanted::One("9".into())),
        ("origin", "is", json!("09"), Wanted::One("9".into())),
        ("type", "is", json!(1), Wanted::One("internal".into())),
        ("type", "is", json!("public"), Wanted::One("public".into())),
        ("owner", "is", json!(7), Wanted::One("7".into())),
        ("custom_field:78", "is", json!(1530.75), Wanted::One("1530.75".into())),
        ("custom_field:78", "is", json!(true), Wanted::One("true".into())),
        (
            "custom_field:78",
            "in",
            json!([1, false, "x"]),
            Wanted::Many(["1", "false", "x"].map(Into::into).into()),
        ),
        ("status", "in", json!("novo"), Wanted::Many(vec!["Novo".into()])),
        ("tags", "tag_added", json!(2026), Wanted::One("2026".into())),
    ] {
        assert_eq!(first_value(&with_line(line(field, operator, written))), stored, "{field} {operator}");
    }
}

#[test]
fn people_are_found_in_nested_blocks_of_any_input() {
    let json = draft_with(json!({ "conditions": {
        "all": [line("owner", "is", json!("ana")), { "any": [line("client", "in", json!(["c1", 7, null]))] }],
        "any": [line("status", "is", json!("Novo")), "no line", { "all": 3 }],
    } }));
    let mut people = people_named(&json);
    people.sort();
    assert_eq!(people, ["7", "ana", "c1"]);
    for broken in
        [json!(null), json!({ "conditions": 3 }), json!({ "conditions": { "all": { "field": "owner" } } })]
    {
        assert!(people_named(&broken).is_empty(), "{broken}");
    }
}
