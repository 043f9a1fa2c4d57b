//! Tests of `explain`: the verdict on each trigger, the line that decided, and agreement with what ran.

use super::*;
use crate::ids::ChangeId;
use crate::matching::{Firing, Run};
use crate::samples::random::{self, cases};
use crate::samples::{
    bare_ticket, change_of, conditions, line, opened, rich_ticket, root_cause, run_over, run_update,
};
use crate::samples::{sender, tagger, trigger};
use crate::ticket::Ticket;
use crate::ticket_command::Happenings;
use crate::trigger::Trigger;
use proptest::prelude::*;
use serde_json::{Value, json};

fn asked(trigger: &Trigger) -> Asked<'_> {
    Asked {
        trigger: trigger.id,
        revision: trigger.revision,
        position: trigger.position,
        enabled: trigger.draft.enabled,
        conditions: &trigger.draft.conditions,
        managed_by: trigger.managed_by,
    }
}

/// The change of a save that made the bare ticket the full one.
fn change(triggers: &[Trigger]) -> Change {
    let (before, after) = (bare_ticket(), rich_ticket());
    let run = run_update(triggers, &before, &after);
    change_of(Some(&before), &after, &Happenings::default(), &run)
}

fn explained(triggers: &[Trigger], id: usize) -> Explanation {
    explain(&change(triggers), asked(&triggers[id - 1]))
}

/// Explains a trigger of these conditions that does not fire; answers verdict and path of the deciding line.
fn why_not(conditions: Value) -> (Verdict, Option<String>) {
    let explanation = explained(&[sender(1, conditions)], 1);
    assert_eq!(explanation.evaluations.len(), 1);
    (explanation.verdict, explanation.first_false.map(|reason| reason.path))
}

/// A line that looks at the state: true (1) or false (0) of the full ticket.
fn state(holds: u8) -> Value {
    line("subject", if holds == 1 { "is_set" } else { "is_empty" }, Value::Null)
}

/// A line that looks at the change: true (1) or false (0).
fn event(holds: u8) -> Value {
    line(if holds == 1 { "status" } else { "origin" }, "changed", Value::Null)
}

#[test]
fn a_trigger_that_fired_is_explained_by_the_reasons_it_fired_for() {
    let triggers = [sender(1, json!({ "all": [event(1), state(1)], "any": [state(0), state(1)] }))];
    let explanation = explained(&triggers, 1);
    assert_eq!((explanation.verdict, explanation.first_false), (Verdict::Fired, None));
    assert_eq!(explanation.evaluations[0].pass, 1);
    let held: Vec<_> = explanation.evaluations[0].reasons.iter().map(|reason| reason.held).collect();
    assert_eq!(held, [true, true, false, true]);
}

#[test]
fn a_fired_trigger_whose_actions_were_undone_says_why() {
    let broken =
        trigger(1, json!({ "all": [event(1)] }), json!([{ "kind": "set_status", "status": "Apagado" }]));
    let explanation = explained(&[broken], 1);
    assert_eq!(explanation.verdict, Verdict::Fired);
    assert!(explanation.fault.is_some_and(|fault| fault.contains("`Apagado` does not exist any more")));
}

#[test]
fn a_disabled_trigger_is_said_to_be_disabled_though_its_conditions_hold() {
    let mut disabled = sender(1, json!({ "all": [event(1)] }));
    disabled.draft.enabled = false;
    let explanation = explained(&[disabled], 1);
    assert_eq!((explanation.verdict, explanation.first_false), (Verdict::Disabled, None));
    assert!(explanation.evaluations[0].reasons[0].held);
}

#[test]
fn the_first_false_line_of_all_decides() {
    let none_before = json!({ "all": [event(1), state(0), state(0)] });
    assert_eq!(why_not(none_before), (Verdict::ConditionFalse, Some("all[1]".into())));
    let any_false_too = json!({ "all": [event(1), state(0)], "any": [state(0)] });
    assert_eq!(why_not(any_false_too), (Verdict::ConditionFalse, Some("all[1]".into())));
}

#[test]
fn a_false_line_inside_a_block_that_holds_decides_nothing() {
    let conditions = json!({ "all": [{ "any": [state(0), event(1)] }, { "all": [state(1), state(0)] }] });
    assert_eq!(why_not(conditions), (Verdict::ConditionFalse, Some("all[1].all[1]".into())));
    let none_of_any =
        json!({ "all": [{ "any": [state(0), event(1)] }], "any": [{ "all": [state(1), state(0)] }] });
    assert_eq!(why_not(none_of_any), (Verdict::NoneOfAny, Some("any[0].all[1]".into())));
}

#[test]
fn when_none_of_any_holds_its_first_line_is_named() {
    let conditions = json!({ "all": [event(1)], "any": [state(0), event(0)] });
    assert_eq!(why_not(conditions), (Verdict::NoneOfAny, Some("any[0]".into())));
    let nested = json!({ "all": [event(1), { "all": [state(1)], "any": [state(0), state(0)] }] });
    assert_eq!(why_not(nested), (Verdict::ConditionFalse, Some("all[1].any[0]".into())));
}

#[test]
fn filters_that_hold_without_a_firing_line_name_the_first_firing_line() {
    let conditions = json!({ "all": [state(1)], "any": [state(1), event(0)] });
    assert_eq!(why_not(conditions), (Verdict::NoFiringCondition, Some("any[1]".into())));
    assert_eq!(why_not(json!({ "all": [state(1)] })), (Verdict::NoFiringCondition, None));
}

#[test]
fn a_trigger_is_explained_in_each_pass_that_asked_it() {
    // 1 waits for a tag that 2 adds, and for a subject that nobody empties.
    let waits = json!({ "all": [line("ticket", "tag_added", json!("vip")), state(0)] });
    let other = json!({ "all": [line("urgency", "changed_to", json!("Alta"))] });
    let triggers = [sender(1, waits), tagger(2, json!([event(1)]), "vip"), sender(3, other)];
    let explanation = explained(&triggers, 1);
    let passes: Vec<_> = explanation
        .evaluations
        .iter()
        .map(|evaluation| (evaluation.pass, evaluation.reasons[0].held, evaluation.reasons[1].held))
        .collect();
    assert_eq!(passes, [(1, false, false), (2, true, false)]);
    assert_eq!(explanation.verdict, Verdict::ConditionFalse);
    assert_eq!(explanation.first_false.map(|reason| reason.path), Some("all[0]".into()));
    let passes: Vec<_> =
        explained(&triggers, 3).evaluations.iter().map(|evaluation| evaluation.pass).collect();
    assert_eq!(passes, [1]);
}

#[test]
fn a_trigger_that_fired_in_a_later_pass_is_explained_in_that_pass() {
    let waits = json!({ "all": [line("tags", "tag_added", json!("vip"))] });
    let triggers = [sender(1, waits), tagger(2, json!([event(1)]), "vip")];
    let explanation = explained(&triggers, 1);
    assert_eq!((explanation.verdict, explanation.evaluations[0].pass), (Verdict::Fired, 2));
    assert_eq!(explanation.evaluations[0].reasons[0].after, ["rede", "Atenção", "vip"]);
}

#[test]
fn each_trigger_is_explained_with_the_ticket_as_it_saw_it() {
    let sees = json!({ "all": [event(1), line("tags", "is_not", json!("vip"))] });
    let triggers = [sender(1, sees.clone()), tagger(2, json!([event(1)]), "vip"), sender(3, sees)];
    assert_eq!(explained(&triggers, 1).verdict, Verdict::Fired);
    let later = explained(&triggers, 3);
    let line = later.first_false.expect("a line against it");
    assert_eq!((line.path.as_str(), line.after.last().map(String::as_str)), ("all[1]", Some("vip")));
}

/// The change of a save in which the chain guard strikes at the second of three triggers.
fn ended() -> (Vec<Trigger>, Change) {
    let (before, mut after) = (bare_ticket(), rich_ticket());
    (0..5).for_each(|_| after.chain_memory.remember(TriggerId(2), ChangeId(1)));
    let when = || json!({ "all": [event(1)] });
    let triggers = vec![
        sender(1, when()),
        sender(2, when()),
        sender(3, when()),
        sender(4, json!({ "all": [event(0)] })),
    ];
    let run = run_update(&triggers, &before, &after);
    let change = change_of(Some(&before), &after, &Happenings::default(), &run);
    (triggers, change)
}

#[test]
fn what_a_guard_kept_from_firing_says_so() {
    let (triggers, change) = ended();
    let explanations: Vec<_> = triggers.iter().map(|trigger| explain(&change, asked(trigger))).collect();
    let verdicts: Vec<_> = explanations.iter().map(|explanation| explanation.verdict).collect();
    use Verdict::{ConditionFalse, EndedByGuard, Fired};
    assert_eq!(verdicts, [Fired, EndedByGuard, EndedByGuard, ConditionFalse]);
    let end = ChainEnd::Repeat { trigger: TriggerId(2) };
    assert!(explanations.iter().all(|explanation| explanation.ended == Some(end)));
}

#[test]
fn what_does_not_cross_an_integration_says_so() {
    let (keeper, other) = (IntegrationId(9), IntegrationId(8));
    let kept = Trigger { managed_by: Some(keeper), ..sender(1, json!({ "all": [event(1)] })) };
    let change = change(std::slice::from_ref(&kept));
    assert!(change.firings.is_empty() && change.ended.is_none(), "the ticket has no counterpart");
    let from = |integration| {
        let mut change = change.clone();
        change.cause.integration = integration;
        change
    };
    let ended = Change { ended: Some(ChainEnd::Repeat { trigger: TriggerId(1) }), ..from(None) };
    let verdicts = [from(None), from(Some(keeper)), from(Some(other)), ended.clone()].map(|change| {
        let gone = Asked { managed_by: None, ..asked(&kept) };
        (explain(&change, asked(&kept)).verdict, explain(&change, gone).verdict)
    });
    use Verdict::{CameIn, EndedByGuard, NotLinked};
    let expected = [(NotLinked, NotLinked), (CameIn, CameIn), (NotLinked, CameIn), (NotLinked, EndedByGuard)];
    assert_eq!(verdicts, expected);
    assert_eq!(dry_run(&change, 1, &kept.draft.conditions).verdict, Verdict::Fired);
}

#[test]
fn what_an_eleventh_pass_would_have_fired_was_ended_by_a_guard() {
    let step = |id: i64| {
        tagger(
            id,
            json!([line("tags", "tag_added", json!(format!("t{}", 11 - id)))]),
            &format!("t{}", 12 - id),
        )
    };
    let triggers: Vec<_> = (1..=11).map(step).collect();
    let (before, after) = (bare_ticket(), Ticket { tags: vec!["t0".into()], ..bare_ticket() });
    let run = run_update(&triggers, &before, &after);
    let change = change_of(Some(&before), &after, &Happenings::default(), &run);
    assert_eq!(explain(&change, asked(&triggers[0])).verdict, Verdict::EndedByGuard);
    assert_eq!(explain(&change, asked(&triggers[1])).verdict, Verdict::Fired);
}

#[test]
fn an_explanation_is_json_with_the_line_at_its_path() {
    let explanation = explained(&[sender(1, json!({ "all": [event(1), state(0)] }))], 1);
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["verdict"], "condition_false");
    let subject = rich_ticket().subject;
    let expected = json!({ "path": "all[1]", "field": "subject", "operator": "is_empty", "after": [subject], "held": false });
    assert_eq!(json["first_false"], expected);
}

#[test]
fn a_ticket_opened_is_explained_without_a_before() {
    let triggers = [sender(1, json!({ "all": [line("status", "changed_from", json!("Novo"))] }))];
    let (after, happenings) = (rich_ticket(), opened());
    let run = run_over(&triggers, None, &after, &happenings, root_cause());
    let explanation = explain(&change_of(None, &after, &happenings, &run), asked(&triggers[0]));
    let line = explanation.first_false.expect("a line against it");
    assert_eq!((line.before.len(), line.after), (0, vec!["Em atendimento".to_owned()]));
}

#[test]
fn conditions_that_no_longer_stand_are_not_needed_for_what_fired() {
    let change = change(&[sender(1, json!({ "all": [event(1)] }))]);
    let none = conditions(json!({}));
    let asked = Asked {
        trigger: TriggerId(1),
        revision: 9,
        position: 4,
        enabled: false,
        conditions: &none,
        managed_by: None,
    };
    let explanation = explain(&change, asked);
    assert_eq!((explanation.verdict, explanation.revision), (Verdict::Fired, 1));
}

/// The same run with a trigger's memory of one chain full, so that a guard may strike.
fn full_memory(after: &Ticket, trigger: i64) -> Ticket {
    let mut after = after.clone();
    (0..5).for_each(|_| after.chain_memory.remember(TriggerId(trigger), ChangeId(1)));
    after
}

fn check_agrees(triggers: &[Trigger], change: &Change, run: &Run) -> Result<(), TestCaseError> {
    for trigger in triggers {
        let explanation = explain(change, asked(trigger));
        let firing: Option<&Firing> = run.firings.iter().find(|firing| firing.trigger == trigger.id);
        prop_assert_eq!(explanation.verdict == Verdict::Fired, firing.is_some());
        prop_assert_eq!(explanation.verdict == Verdict::Disabled, !trigger.draft.enabled);
        prop_assert!(explanation.verdict != Verdict::EndedByGuard || run.ended.is_some());
        let decided = matches!(explanation.verdict, Verdict::ConditionFalse | Verdict::NoneOfAny);
        prop_assert!(!decided || explanation.first_false.is_some_and(|reason| !reason.held));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn explanations_agree_with_what_ran_and_survive_json(
        triggers in random::triggers(),
        (before, after, happenings) in random::save(),
        full in 0..4_i64,
    ) {
        let after = full_memory(&after, full);
        let run = run_over(&triggers, before.as_ref(), &after, &happenings, root_cause());
        let change = change_of(before.as_ref(), &after, &happenings, &run);
        check_agrees(&triggers, &change, &run)?;
        let text = serde_json::to_string(&change).unwrap();
        let read: Change = serde_json::from_str(&text).unwrap();
        for trigger in &triggers {
            prop_assert_eq!(explain(&read, asked(trigger)), explain(&change, asked(trigger)));
        }
    }
}

#[test]
fn a_dry_run_says_what_a_new_trigger_would_have_done() {
    let triggers = [sender(1, json!({ "all": [event(1)] }))];
    let change = change(&triggers);
    let asked = |blocks: Value| {
        let found = dry_run(&change, i64::MAX, &conditions(blocks));
        (found.verdict, found.first_false.map(|reason| reason.path))
    };
    assert_eq!(asked(json!({ "all": [event(1), state(1)] })), (Verdict::Fired, None));
    let (verdict, line) = asked(json!({ "all": [event(1), state(0)] }));
    assert_eq!((verdict, line.as_deref()), (Verdict::ConditionFalse, Some("all[1]")));
    assert_eq!(asked(json!({ "all": [state(1), event(0)] })).0, Verdict::ConditionFalse);
    assert_eq!(asked(json!({ "any": [state(1), event(0)] })).0, Verdict::NoFiringCondition);
}
