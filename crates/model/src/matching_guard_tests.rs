//! Tests of the guards of `matching`: ten passes, ten changes in a chain, five firings of one trigger on one ticket.

use super::*;
use crate::ids::ChangeId;
use crate::samples::{bare_ticket, line, run_over, run_update, sender, tagger};
use crate::trigger::Trigger;
use serde_json::{Value, json};

fn tagged(tag: &str) -> Ticket {
    Ticket { tags: vec![tag.into()], ..bare_ticket() }
}

/// Triggers that each add the tag that the one *above* it waits for: one fires a pass.
fn ladder(length: i64) -> Vec<Trigger> {
    let step = |id: i64| {
        let waits_for = json!([line("tags", "tag_added", json!(format!("t{}", length - id)))]);
        tagger(id, waits_for, &format!("t{}", length - id + 1))
    };
    (1..=length).map(step).collect()
}

fn fired(run: &Run) -> Vec<(i64, u32)> {
    run.firings.iter().map(|firing| (firing.trigger.0, firing.pass)).collect()
}

#[test]
fn ten_passes_that_settle_the_ticket_are_no_fault() {
    let run = run_update(&ladder(10), &bare_ticket(), &tagged("t0"));
    assert_eq!(fired(&run), (1..=10).map(|pass| (11 - pass, pass as u32)).collect::<Vec<_>>());
    assert_eq!(run.ended, None);
}

#[test]
fn what_would_fire_in_an_eleventh_pass_is_stopped_and_said() {
    let run = run_update(&ladder(11), &bare_ticket(), &tagged("t0"));
    assert_eq!((run.firings.len(), run.ended), (10, Some(ChainEnd::Passes)));
    assert_eq!(run.effects.len(), 10);
    assert_eq!(run.after.tags.last().map(String::as_str), Some("t10"));
}

fn at_depth(depth: u32) -> Run {
    let triggers = [tagger(1, json!([line("status", "changed", Value::Null)]), "vip")];
    let after = Ticket { status: "Fechado".into(), ..bare_ticket() };
    run_over(
        &triggers,
        Some(&bare_ticket()),
        &after,
        &Happenings::default(),
        Cause { depth, ..Cause::root(ChangeId(1)) },
    )
}

#[test]
fn a_chain_of_ten_changes_fires_and_the_eleventh_ends_it() {
    assert_eq!((fired(&at_depth(9)), at_depth(9).ended), (vec![(1, 1)], None));
    for depth in [10, 11, u32::MAX] {
        let run = at_depth(depth);
        assert_eq!((run.firings.len(), run.ended), (0, Some(ChainEnd::Depth { depth })));
        assert!(run.after.tags.is_empty() && run.effects.is_empty());
    }
}

#[test]
fn a_deep_change_at_which_nothing_would_fire_ends_nothing() {
    let triggers = [sender(1, json!({ "all": [line("ticket", "deleted", Value::Null)] }))];
    let deep = Cause { depth: 50, ..Cause::root(ChangeId(1)) };
    let run = run_over(&triggers, Some(&bare_ticket()), &tagged("t0"), &Happenings::default(), deep);
    assert_eq!(run.ended, None);
}

/// Saves the ticket again and again, each save a change of its own; answers how each ended.
fn saves(count: u32, cause: impl Fn(u32) -> Cause) -> Vec<(usize, Option<ChainEnd>)> {
    let triggers = [
        sender(1, json!({ "all": [line("subject", "changed", Value::Null)] })),
        sender(
            2,
            json!({ "all": [line("subject", "contains", json!("6")), line("subject", "changed", Value::Null)] }),
        ),
    ];
    let mut ticket = bare_ticket();
    let mut ends = Vec::new();
    for at in 1..=count {
        let after = Ticket { subject: format!("n. {at}"), ..ticket.clone() };
        let run = run_over(&triggers, Some(&ticket), &after, &Happenings::default(), cause(at));
        ends.push((run.firings.len(), run.ended));
        ticket = run.after;
    }
    ends
}

#[test]
fn the_sixth_firing_of_one_trigger_in_one_chain_ends_it_for_all() {
    let ends = saves(6, |at| Cause { depth: at, ..Cause::root(ChangeId(1)) });
    assert_eq!(ends[..5], [(1, None); 5]);
    assert_eq!(ends[5], (0, Some(ChainEnd::Repeat { trigger: TriggerId(1) })));
}

#[test]
fn changes_outside_a_chain_are_never_stopped() {
    let ends = saves(200, |at| Cause::root(ChangeId(i64::from(at))));
    assert!(ends.iter().all(|(fired, ended)| *fired >= 1 && ended.is_none()));
}

#[test]
fn a_firing_is_remembered_on_the_ticket_also_when_its_effect_was_undone() {
    let mut broken = tagger(1, json!([line("subject", "changed", Value::Null)]), "vip");
    broken.draft.actions =
        vec![TriggerAction::SetStatus { status: "Apagado".into(), justification: String::new() }];
    let after = Ticket { subject: "x".into(), ..bare_ticket() };
    let run = run_update(&[broken], &bare_ticket(), &after);
    assert!(run.firings[0].fault.is_some());
    assert_eq!(run.after.chain_memory.count(TriggerId(1), ChangeId(1)), 1);
}

#[test]
fn what_fired_before_the_guard_stays() {
    let mut after = tagged("t0");
    (0..5).for_each(|_| after.chain_memory.remember(TriggerId(2), ChangeId(1)));
    let all = || json!([line("tags", "changed", Value::Null)]);
    let triggers = [tagger(1, all(), "um"), tagger(2, all(), "dois"), tagger(3, all(), "três")];
    let run = run_update(&triggers, &bare_ticket(), &after);
    assert_eq!((fired(&run), run.ended), (vec![(1, 1)], Some(ChainEnd::Repeat { trigger: TriggerId(2) })));
    assert_eq!(run.after.tags, ["t0", "um"]);
}
