//! Tests of `condition`: every operator over representative fields, the meaning of blocks, and totality.

use super::*;
use crate::facts::Facts;
use crate::samples::random::{self, cases};
use crate::samples::{bare_ticket, conditions, line, opened, rich_ticket};
use crate::ticket::Ticket;
use crate::ticket_command::Happenings;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Asks a pair of blocks of an event: do they hold, and does a line that looks at the change?
fn ask(
    conditions: &Conditions,
    before: Option<&Ticket>,
    after: &Ticket,
    happenings: &Happenings,
) -> (bool, bool, Vec<Reason>) {
    let before = Facts::new(before);
    let event = Event { before: &before, after: Facts::new(Some(after)), happenings };
    let tree = Tree::new(conditions);
    (tree.holds(&event), tree.fires(&event), reasons(conditions, &event))
}

/// What one line says of five saves: the full ticket opened, the bare one opened, bare made full, full made bare, and
/// the full one saved as it was.
fn over_five_saves(line: Value) -> String {
    let conditions = conditions(json!({ "all": [line] }));
    let (rich, bare) = (rich_ticket(), bare_ticket());
    let (created, saved) = (opened(), Happenings::default());
    [
        (None, &rich, &created),
        (None, &bare, &created),
        (Some(&bare), &rich, &saved),
        (Some(&rich), &bare, &saved),
        (Some(&rich), &rich, &saved),
    ]
    .map(|(before, after, happenings)| if ask(&conditions, before, after, happenings).0 { '1' } else { '0' })
    .iter()
    .collect()
}

fn check_table(table: &[(&str, &str, Value, &str)]) {
    for (field, operator, value, expected) in table {
        let found = over_five_saves(line(field, operator, value.clone()));
        assert_eq!(found, *expected, "{field} {operator} {value}");
    }
}

#[test]
fn operators_on_state_ask_only_what_the_ticket_is_now() {
    check_table(&[
        ("status", "is", json!("EM ATENDIMENTO"), "10101"),
        ("status", "is_not", json!("em atendimento"), "01010"),
        ("status", "in", json!(["Fechado", "NOVO"]), "01010"),
        ("status", "contains", json!("atend"), "10101"),
        ("base_status", "is", json!("inattendance"), "10101"),
        ("urgency", "is", json!("media"), "10101"),
        ("urgency", "in", json!(["alta", "baixa"]), "00000"),
        ("category", "is_not", json!("Falha"), "01010"),
        ("team", "is", json!("nivel 3"), "10101"),
        ("type", "is", json!("internal"), "01010"),
        ("origin", "in", json!(["4", "9"]), "11111"),
        ("subject", "contains", json!("CONEXAO CAI"), "10101"),
        ("subject", "contains", json!("caiu"), "00000"),
        ("subject", "is", json!("conexão"), "00000"),
        ("service", "is", json!("conexao"), "10101"),
        ("service", "is", json!("ti > redes > conexao"), "10101"),
        ("service", "is", json!("TI"), "00000"),
        ("service", "contains", json!("redes"), "10101"),
        ("owner", "is", json!("ana"), "10101"),
        ("owner", "contains", json!("an"), "00000"),
        ("client", "is", json!("BIA"), "10101"),
        ("client", "is_not", json!("bia"), "01010"),
        ("client", "contains", json!("613348413"), "10101"),
        ("client", "contains", json!("6133"), "00000"),
        ("tags", "contains", json!("atencao"), "10101"),
        ("tags", "contains", json!("aten"), "00000"),
        ("tags", "is_not", json!("rede"), "01010"),
        ("custom_field:77", "is", json!("são paulo "), "10101"),
        ("custom_field:77", "is", json!("são paulo"), "00000"),
        ("custom_field:77", "contains", json!("NORDE"), "10101"),
        ("custom_field:78", "is", json!("1.530,75"), "10101"),
        ("custom_field:79", "is", json!("MAPA.pdf"), "10101"),
        ("custom_field:80", "is_not", json!("x"), "11111"),
    ]);
}

#[test]
fn an_empty_field_is_empty_for_every_kind() {
    for field in
        ["urgency", "category", "service", "owner", "team", "subject", "tags", "client", "custom_field:77"]
    {
        check_table(&[
            (field, "is_empty", Value::Null, "01010"),
            (field, "is_set", Value::Null, "10101"),
            (field, "changed", Value::Null, "10110"),
        ]);
    }
    for field in ["status", "base_status", "type", "origin"] {
        check_table(&[(field, "is_empty", Value::Null, "00000"), (field, "is_set", Value::Null, "11111")]);
    }
}

#[test]
fn operators_on_the_change_compare_with_the_ticket_before_the_save() {
    check_table(&[
        ("status", "changed", Value::Null, "11110"),
        ("status", "changed_to", json!("em ATENDIMENTO"), "10100"),
        ("status", "changed_to", json!("novo"), "01010"),
        ("status", "changed_from", json!("NOVO"), "00100"),
        ("status", "changed_from", json!("em atendimento"), "00010"),
        ("base_status", "changed_to", json!("New"), "01010"),
        ("urgency", "changed_to", json!("média"), "10100"),
        ("urgency", "changed_from", json!("média"), "00010"),
        ("type", "changed_to", json!("public"), "10100"),
        ("origin", "changed", Value::Null, "11000"),
        ("service", "changed_to", json!("Conexão"), "10100"),
        ("owner", "changed_to", json!("ana"), "10100"),
        ("owner", "changed_from", json!("ana"), "00010"),
        ("client", "changed_to", json!("bia"), "10100"),
        ("custom_field:78", "changed_to", json!("1.530,75"), "10100"),
        ("custom_field:78", "changed_from", json!("1.530,75"), "00010"),
        ("custom_field:80", "changed", Value::Null, "00000"),
        ("tags", "changed_to", json!("rede"), "10100"),
        ("tags", "tag_added", Value::Null, "10100"),
        ("tags", "tag_added", json!("ATENCAO"), "10100"),
        ("tags", "tag_added", json!("vip"), "00000"),
        ("ticket", "tag_added", json!("rede"), "10100"),
        ("ticket", "created", Value::Null, "11000"),
        ("ticket", "deleted", Value::Null, "00000"),
        ("ticket", "action_added", Value::Null, "00000"),
    ]);
}

#[test]
fn a_happening_holds_only_when_it_happened() {
    let ticket = rich_ticket();
    let happened = [
        ("created", opened()),
        ("deleted", Happenings { deleted: true, ..Happenings::default() }),
        ("action_added", Happenings { actions_added: vec![4], ..Happenings::default() }),
        ("action_edited", Happenings { actions_edited: vec![2], ..Happenings::default() }),
    ];
    for (asked, _) in &happened {
        for (word, happenings) in &happened {
            let conditions = conditions(json!({ "all": [line("ticket", asked, Value::Null)] }));
            let (holds, fires, _) = ask(&conditions, Some(&ticket), &ticket, happenings);
            assert_eq!((holds, fires), (asked == word, asked == word), "{asked} of {word}");
        }
    }
}

#[test]
fn a_file_without_a_name_is_not_an_empty_value() {
    let mut ticket = rich_ticket();
    ticket.custom_fields[2].items[0].file_name.clear();
    let conditions = conditions(json!({ "all": [line("custom_field:79", "is_set", Value::Null)] }));
    assert!(ask(&conditions, Some(&ticket), &ticket, &Happenings::default()).0);
}

/// Blocks of lines that are true (`1`) or false (`0`), as `ALL|ANY`; parentheses nest.
fn blocks(text: &str) -> Conditions {
    fn pair(text: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Conditions {
        let mut conditions = Conditions::default();
        let mut in_any = false;
        while let Some(letter) = text.next() {
            let node = match letter {
                '|' => {
                    in_any = true;
                    continue;
                }
                ')' => break,
                '(' => Node::Block(pair(text)),
                _ => {
                    let operator = if letter == '1' { Operator::IsSet } else { Operator::IsEmpty };
                    Node::Leaf(Condition { field: Field::Status, operator, value: Wanted::Nothing })
                }
            };
            if in_any { conditions.any.push(node) } else { conditions.all.push(node) }
        }
        conditions
    }
    pair(&mut text.chars().peekable())
}

#[test]
fn all_of_all_and_one_of_any_must_hold() {
    let table = [
        ("1|", true),
        ("11|", true),
        ("10|", false),
        ("|1", true),
        ("|01", true),
        ("|00", false),
        ("1|01", true),
        ("1|00", false),
        ("0|11", false),
        ("|", true),
        ("(1|01)|", true),
        ("1(1|00)|", false),
        ("|0(11|)", true),
        ("|0(10|)", false),
        ("1|(0|)(|(1|))", true),
        ("(|)|", true),
    ];
    for (text, expected) in table {
        let ticket = bare_ticket();
        let (holds, ..) = ask(&blocks(text), Some(&ticket), &ticket, &Happenings::default());
        assert_eq!(holds, expected, "{text}");
    }
}

#[test]
fn filters_alone_never_fire() {
    let ticket = rich_ticket();
    let conditions = conditions(json!({ "all": [line("urgency", "is", json!("Média"))] }));
    let (holds, fires, _) = ask(&conditions, None, &ticket, &opened());
    assert!(holds && !fires);
}

#[test]
fn a_firing_line_in_any_that_is_false_leaves_the_filters_without_one() {
    let (before, after) = (bare_ticket(), rich_ticket());
    let any = |field: &str, operator: &str| {
        conditions(
            json!({ "any": [line(field, operator, Value::Null), line("urgency", "is", json!("Média"))] }),
        )
    };
    let (holds, fires, _) = ask(&any("ticket", "deleted"), Some(&before), &after, &Happenings::default());
    assert!(holds && !fires);
    let (holds, fires, _) = ask(&any("status", "changed"), Some(&before), &after, &Happenings::default());
    assert!(holds && fires);
}

#[test]
fn reasons_name_each_line_by_its_path_with_what_it_found() {
    let nested = json!({
        "all": [line("status", "changed", Value::Null), { "any": [line("tags", "tag_added", json!("rede"))] }],
        "any": [line("urgency", "is", json!("Alta"))],
    });
    let (.., reasons) =
        ask(&conditions(nested), Some(&bare_ticket()), &rich_ticket(), &Happenings::default());
    let found: Vec<_> = reasons.iter().map(|reason| (reason.path.as_str(), reason.held)).collect();
    assert_eq!(found, [("all[0]", true), ("all[1].any[0]", true), ("any[0]", false)]);
    assert_eq!(
        (&reasons[0].before[..], &reasons[0].after[..]),
        (&["Novo".into()][..], &["Em atendimento".into()][..])
    );
    assert_eq!(reasons[1].after, ["rede", "Atenção"]);
}

#[test]
fn a_reason_shortens_long_values_and_long_lists() {
    let mut ticket = rich_ticket();
    ticket.subject = "ç".repeat(300);
    ticket.tags = (0..50).map(|at| format!("tag {at}")).collect();
    let both =
        json!({ "all": [line("subject", "is_set", Value::Null), line("tags", "is_set", Value::Null)] });
    let (.., reasons) = ask(&conditions(both), None, &ticket, &opened());
    assert_eq!(reasons[0].after, [format!("{}…", "ç".repeat(120))]);
    assert_eq!(reasons[1].after.len(), 10);
}

#[test]
fn a_line_on_the_whole_ticket_reads_no_field_but_an_added_tag_reads_the_tags() {
    let created = conditions(json!({ "all": [line("ticket", "created", Value::Null)] }));
    let tagged = conditions(json!({ "any": [line("ticket", "tag_added", Value::Null)] }));
    assert_eq!(created.reads(), []);
    assert_eq!(tagged.reads(), [Field::Tags]);
}

#[test]
fn a_stored_line_that_cannot_be_read_is_refused_and_no_empty_block() {
    for unreadable in [
        json!({ "all": [line("status", "sounds_like", json!("x"))] }),
        json!({ "all": [line("mood", "changed", Value::Null)] }),
        json!({ "all": [], "some": [] }),
    ] {
        assert!(serde_json::from_value::<Conditions>(unreadable.clone()).is_err(), "{unreadable}");
    }
}

/// Whether a pair of blocks holds by what its reasons say.
fn by_reasons(conditions: &Conditions, reasons: &mut std::slice::Iter<'_, Reason>) -> bool {
    let mut node = |node: &Node| match node {
        Node::Leaf(_) => reasons.next().is_some_and(|reason| reason.held),
        Node::Block(inner) => by_reasons(inner, reasons),
    };
    let all: Vec<bool> = conditions.all.iter().map(&mut node).collect();
    let any: Vec<bool> = conditions.any.iter().map(&mut node).collect();
    !all.contains(&false) && (any.is_empty() || any.contains(&true))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn evaluation_is_total_and_its_reasons_tell_the_same(
        conditions in random::conditions(),
        (before, after, happenings) in random::save(),
    ) {
        let (holds, fires, reasons) = ask(&conditions, before.as_ref(), &after, &happenings);
        prop_assert_eq!(reasons.len(), conditions.leaves().len());
        prop_assert_eq!(by_reasons(&conditions, &mut reasons.iter()), holds);
        let fired = reasons.iter().any(|reason| reason.held && reason.condition.operator.is_firing());
        prop_assert_eq!(fired, fires);
    }

    #[test]
    fn is_and_is_not_are_opposites_and_so_are_set_and_empty(
        condition in random::condition(),
        (before, after, happenings) in random::save(),
    ) {
        let says = |operator| {
            let line = Condition { operator, ..condition.clone() };
            let conditions = Conditions { all: vec![Node::Leaf(line)], any: Vec::new() };
            ask(&conditions, before.as_ref(), &after, &happenings).0
        };
        prop_assert_ne!(says(Operator::Is), says(Operator::IsNot));
        prop_assert_ne!(says(Operator::IsEmpty), says(Operator::IsSet));
        prop_assert_eq!(says(Operator::Is), says(Operator::In));
    }

    #[test]
    fn conditions_and_reasons_survive_json(
        conditions in random::conditions(),
        (before, after, happenings) in random::save(),
    ) {
        let text = serde_json::to_string(&conditions).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Conditions>(&text).unwrap(), &conditions);
        let (.., reasons) = ask(&conditions, before.as_ref(), &after, &happenings);
        let text = serde_json::to_string(&reasons).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Reason>>(&text).unwrap(), reasons);
    }
}

#[test]
fn a_value_that_has_another_name_is_renamed_in_every_block() {
    let json = r#"{"all":[{"field":"team","operator":"is","value":"NIVEL 3"},
        {"all":[],"any":[{"field":"team","operator":"in","value":["x","Nível 3"]}]}],
        "any":[{"field":"subject","operator":"is","value":"Nível 3"}]}"#;
    let mut conditions: Conditions = serde_json::from_str(json).unwrap();
    assert!(conditions.rename(Field::Team, "Nível 3", "Desk"));
    let text = serde_json::to_string(&conditions).unwrap();
    assert_eq!((text.matches("Desk").count(), text.matches("Nível 3").count()), (2, 1), "{text}");
    assert!(!conditions.rename(Field::Team, "Nível 3", "Desk"));
}
