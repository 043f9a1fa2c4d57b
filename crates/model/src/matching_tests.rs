//! Tests of `matching`: the order, effects seen by later triggers, further passes, faults, what a firing tells.

use super::*;
use crate::samples::{
    NOW, bare_ticket, classification, line, opened, rich_ticket, root_cause, run_over, run_update, sender,
    tagger, trigger,
};
use crate::trigger::Trigger;
use serde_json::{Value, json};

fn in_status(name: &str) -> Ticket {
    let mut ticket = bare_ticket();
    ticket.set_status(&crate::samples::status(name), None, NOW);
    ticket
}

/// `{all: [line]}` of a line that fires when the status changed.
fn status_changed() -> Value {
    json!([line("status", "changed", Value::Null)])
}

fn tag_added(tag: &str) -> Value {
    json!([line("tags", "tag_added", json!(tag))])
}

/// Trigger and pass of each firing, in order.
fn fired(run: &Run) -> Vec<(i64, u32)> {
    run.firings.iter().map(|firing| (firing.trigger.0, firing.pass)).collect()
}

fn at_position(position: i64, trigger: Trigger) -> Trigger {
    Trigger { position, ..trigger }
}

#[test]
fn triggers_run_by_position_and_ties_by_id() {
    let triggers = [(3, 5), (2, 7), (1, 5), (4, -1)]
        .map(|(id, position)| at_position(position, sender(id, json!({ "all": status_changed() }))));
    let run = run_update(&triggers, &bare_ticket(), &in_status("Fechado"));
    assert_eq!(fired(&run), [(4, 1), (1, 1), (3, 1), (2, 1)]);
    assert!(run.effects.is_empty() && run.ended.is_none());
}

#[test]
fn a_disabled_trigger_does_not_run() {
    let mut disabled = sender(1, json!({ "all": status_changed() }));
    disabled.draft.enabled = false;
    let run = run_update(&[disabled], &bare_ticket(), &in_status("Fechado"));
    assert!(run.firings.is_empty());
}

#[test]
fn nothing_fires_when_nothing_changed() {
    let ticket = rich_ticket();
    let run = run_update(&[sender(1, json!({ "all": status_changed() }))], &ticket, &ticket);
    assert_eq!(run, Run { after: ticket, firings: Vec::new(), effects: Vec::new(), ended: None });
}

#[test]
fn a_later_trigger_sees_the_effects_of_an_earlier_one_in_the_same_pass() {
    let triggers = [tagger(1, status_changed(), "vip"), tagger(2, tag_added("VIP"), "alerta")];
    let run = run_update(&triggers, &bare_ticket(), &in_status("Fechado"));
    assert_eq!(fired(&run), [(1, 1), (2, 1)]);
    assert_eq!(run.after.tags, ["vip", "alerta"]);
}

#[test]
fn an_earlier_trigger_sees_the_effects_of_a_later_one_in_the_next_pass() {
    let triggers = [tagger(1, tag_added("vip"), "alerta"), tagger(2, status_changed(), "vip")];
    let run = run_update(&triggers, &bare_ticket(), &in_status("Fechado"));
    assert_eq!(fired(&run), [(2, 1), (1, 2)]);
    let places: Vec<_> =
        run.effects.iter().map(|effect| (effect.trigger.0, effect.pass, effect.position)).collect();
    assert_eq!(places, [(2, 1, 2), (1, 2, 1)]);
}

#[test]
fn a_further_pass_asks_only_the_triggers_that_read_what_the_pass_before_changed() {
    // Pass 1: 4 closes the ticket. Pass 2: 1 reads the status and adds a tag; 2 reads only tags, which pass 1 did not
    // change, so it waits for pass 3. 3 reads only the urgency and is never asked again.
    let closes = trigger(
        4,
        json!({ "all": [line("urgency", "changed", Value::Null)] }),
        json!([
            { "kind": "set_status", "status": "Fechado" },
        ]),
    );
    let triggers = [
        tagger(1, json!([line("status", "changed_to", json!("Fechado"))]), "a"),
        tagger(2, tag_added("a"), "b"),
        tagger(3, json!([line("urgency", "changed_to", json!("Alta"))]), "c"),
        closes,
    ];
    let after = Ticket { urgency: "Baixa".into(), ..bare_ticket() };
    let run = run_update(&triggers, &bare_ticket(), &after);
    assert_eq!(fired(&run), [(4, 1), (1, 2), (2, 3)]);
}

#[test]
fn a_trigger_fires_once_for_one_change_though_its_conditions_hold_again() {
    let triggers = [
        trigger(
            1,
            json!({ "any": [status_changed()[0], line("tags", "changed", Value::Null)] }),
            json!([
                { "kind": "webhook", "url": "https://exemplo.com.br/" },
            ]),
        ),
        tagger(2, status_changed(), "vip"),
    ];
    let run = run_update(&triggers, &bare_ticket(), &in_status("Fechado"));
    assert_eq!(fired(&run), [(1, 1), (2, 1)]);
}

#[test]
fn two_triggers_that_undo_each_other_come_to_rest() {
    let sets = |id: i64, from: &str, to: &str| {
        let actions = json!([{ "kind": "set_status", "status": to }]);
        let all = json!([line("status", "is", json!(from)), line("ticket", "action_added", Value::Null)]);
        trigger(id, json!({ "all": all }), actions)
    };
    let triggers = [sets(1, "Novo", "Fechado"), sets(2, "Fechado", "Novo")];
    let happenings = Happenings { actions_added: vec![1], ..Happenings::default() };
    let ticket = bare_ticket();
    let run = run_over(&triggers, Some(&ticket), &ticket, &happenings, root_cause());
    assert_eq!((fired(&run), run.ended), (vec![(1, 1), (2, 1)], None));
    assert_eq!(run.after.status, "Novo");
}

#[test]
fn change_operators_compare_the_ticket_before_the_save_with_the_state_so_far() {
    let triggers = [
        // The save went from Novo to Resolvido; this takes it back, so that nothing changed any more.
        trigger(
            1,
            json!({ "all": [line("status", "changed_to", json!("Resolvido"))] }),
            json!([
                { "kind": "set_status", "status": "Novo" },
            ]),
        ),
        sender(2, json!({ "all": status_changed() })),
        sender(3, json!({ "all": [line("status", "changed_from", json!("Novo"))] })),
        trigger(
            4,
            json!({ "all": [line("urgency", "changed", Value::Null)] }),
            json!([
                { "kind": "set_status", "status": "Fechado" },
            ]),
        ),
        sender(5, json!({ "all": [line("status", "changed_from", json!("Resolvido"))] })),
        sender(6, json!({ "all": [line("status", "changed_from", json!("Novo"))] })),
    ];
    let after = Ticket { urgency: "Alta".into(), ..in_status("Resolvido") };
    let run = run_update(&triggers, &bare_ticket(), &after);
    // 5 never saw Resolvido before the save; 2 and 3 saw no change in pass 1, but one in pass 2.
    assert_eq!(fired(&run), [(1, 1), (4, 1), (6, 1), (2, 2), (3, 2)]);
}

#[test]
fn an_invalid_effect_is_undone_alone_and_the_others_go_on() {
    let broken = trigger(
        2,
        json!({ "all": status_changed() }),
        json!([
            { "kind": "add_tag", "tag": "meio" },
            { "kind": "webhook", "url": "https://exemplo.com.br/" },
            { "kind": "set_status", "status": "Apagado" },
            { "kind": "add_tag", "tag": "nunca" },
        ]),
    );
    let triggers = [tagger(1, status_changed(), "antes"), broken, tagger(3, status_changed(), "depois")];
    let run = run_update(&triggers, &bare_ticket(), &in_status("Fechado"));
    assert_eq!(fired(&run), [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(run.after.tags, ["antes", "depois"]);
    let faults: Vec<_> = run.firings.iter().map(|firing| firing.fault.is_some()).collect();
    assert_eq!(faults, [false, true, false]);
    assert!(run.firings[1].actions.is_empty() && run.firings[1].endpoints().is_empty());
    assert_eq!(
        run.firings[1].fault.as_deref(),
        Some("the status `Apagado` does not exist any more; edit the trigger")
    );
    let by: Vec<_> = run.effects.iter().map(|effect| effect.trigger.0).collect();
    assert_eq!(by, [1, 3]);
}

#[test]
fn a_full_ticket_takes_no_tag_but_one_that_it_has() {
    let tags: Vec<_> = (0..crate::ticket::limits::TAGS).map(|at| format!("tag {at}")).collect();
    let before = Ticket { tags, ..bare_ticket() };
    let after = Ticket { tags: before.tags.clone(), ..in_status("Fechado") };
    let triggers = [tagger(1, status_changed(), "TAG 7"), tagger(2, status_changed(), "nova")];
    let run = run_update(&triggers, &before, &after);
    assert_eq!(run.firings[0].fault, None);
    assert_eq!(run.firings[1].fault.as_deref(), Some("the ticket has 100 tags and takes no more"));
    assert_eq!(run.after.tags, after.tags);
}

#[test]
fn an_effect_holds_what_its_trigger_changed_and_no_more() {
    let closes = trigger(
        1,
        json!({ "all": [line("urgency", "changed", Value::Null)] }),
        json!([
            { "kind": "set_status", "status": "Resolvido", "justification": "pronto" },
            { "kind": "add_tag", "tag": "vip" },
        ]),
    );
    let after = Ticket { urgency: "Alta".into(), version: 2, ..bare_ticket() };
    let run = run_update(&[closes], &bare_ticket(), &after);
    let names = ["status", "base_status", "justification", "tags", "resolved_in_first_call", "resolved_at"];
    assert_eq!(run.effects[0].delta.names(), names);
    let mut ticket = after.clone();
    run.effects[0].delta.apply(&mut ticket);
    assert_eq!(ticket, Ticket { chain_memory: ChainMemory::default(), ..run.after.clone() });
    let kinds: Vec<_> =
        run.firings[0].actions.iter().map(|action| (action.kind.as_str(), action.changed)).collect();
    assert_eq!(kinds, [("set_status", true), ("add_tag", true)]);
}

#[test]
fn an_action_that_changes_nothing_has_no_effect() {
    let after = Ticket { tags: vec!["vip".into()], ..in_status("Fechado") };
    let run = run_update(&[tagger(1, status_changed(), "VIP")], &bare_ticket(), &after);
    assert_eq!(fired(&run), [(1, 1)]);
    assert!(run.effects.is_empty() && !run.firings[0].actions[0].changed);
}

#[test]
fn a_firing_lists_its_firing_lines_that_held_and_its_endpoints_once() {
    let endpoint = |id: i64| json!({ "kind": "webhook", "url": "https://x", "endpoint": EndpointId(id) });
    let conditions = json!({
        "all": [line("status", "changed_to", json!("Fechado")), line("type", "is", json!("internal"))],
        "any": [line("urgency", "changed", Value::Null), line("tags", "tag_added", Value::Null)],
    });
    let after = Ticket { tags: vec!["vip".into()], ..in_status("Fechado") };
    let sends = trigger(1, conditions, json!([endpoint(1), endpoint(2), endpoint(1)]));
    let run = run_update(&[sends], &bare_ticket(), &after);
    assert_eq!(run.firings[0].events(), [(2, 10), (12, 5)]);
    assert_eq!(run.firings[0].endpoints(), [EndpointId(1), EndpointId(2)]);
    assert_eq!((run.firings[0].revision, run.firings[0].name.as_str()), (1, "Gatilho 1"));
}

#[test]
fn at_creation_each_field_that_is_set_counts_as_changed() {
    let changed = |id: i64, field: &str| sender(id, json!({ "all": [line(field, "changed", Value::Null)] }));
    let triggers = [
        changed(1, "status"),
        changed(2, "subject"),
        changed(3, "custom_field:77"),
        sender(4, json!({ "all": [line("ticket", "created", Value::Null)] })),
        sender(5, json!({ "all": [line("status", "changed_from", json!("Novo"))] })),
    ];
    let of = |ticket: &Ticket| fired(&run_over(&triggers, None, ticket, &opened(), root_cause()));
    assert_eq!(of(&rich_ticket()), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(of(&bare_ticket()), [(1, 1), (4, 1)]);
}

#[test]
fn statuses_are_set_by_the_domains_present_words() {
    let triggers = Triggers::new([trigger(
        1,
        json!({ "all": [line("urgency", "changed", Value::Null)] }),
        json!([
            { "kind": "set_status", "status": "fechado" },
        ]),
    )]);
    let (before, happenings) = (bare_ticket(), Happenings::default());
    let after = Ticket { urgency: "Alta".into(), ..bare_ticket() };
    let save =
        Save { before: Some(&before), after: &after, happenings: &happenings, cause: root_cause(), at: NOW };
    let mut words = classification();
    assert_eq!(run(&triggers, save, &words).after.status, "Fechado");
    words.statuses.retain(|status| status.name != "Fechado");
    assert!(run(&triggers, save, &words).firings[0].fault.is_some());
}
