//! Tests of the index: with it the same triggers fire as when every trigger is asked, and few are asked.

use super::*;
use crate::samples::random::{self, cases};
use crate::samples::{change_of, line, opened, rich_ticket, root_cause, run_over, sender};
use crate::trigger::Trigger;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The triggers that fire for an event, found through the index and by asking each.
fn both_ways(
    triggers: &Triggers,
    before: Option<&Ticket>,
    after: &Ticket,
    happenings: &Happenings,
) -> [Vec<u32>; 2] {
    let before = Facts::new(before);
    let event = Event { before: &before, after: Facts::new(Some(after)), happenings };
    let fire = |at: &u32| fires(&triggers.all()[*at as usize], &event);
    let indexed = triggers.candidates(&event);
    assert!(indexed.is_sorted_by(|left, right| left < right), "candidates come in order, each once");
    let scanned = (0..triggers.all().len() as u32).filter(fire).collect();
    [indexed.into_iter().filter(fire).collect(), scanned]
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn the_index_finds_what_a_scan_finds(
        triggers in random::triggers(),
        (before, after, happenings) in random::save(),
    ) {
        let triggers = Triggers::new(triggers);
        let [indexed, scanned] = both_ways(&triggers, before.as_ref(), &after, &happenings);
        prop_assert_eq!(indexed, scanned);
    }

    #[test]
    fn a_run_that_ends_by_itself_leaves_nothing_that_would_fire(
        triggers in random::triggers(),
        (before, after, happenings) in random::save(),
    ) {
        let run = run_over(&triggers, before.as_ref(), &after, &happenings, root_cause());
        let ready = Triggers::new(triggers);
        let [_, would_fire] = both_ways(&ready, before.as_ref(), &run.after, &happenings);
        let fired: Vec<_> = run.firings.iter().map(|firing| firing.trigger).collect();
        let left = would_fire.into_iter().map(|at| ready.all()[at as usize].trigger.id);
        prop_assert!(run.ended.is_some() || left.clone().all(|trigger| fired.contains(&trigger)), "{:?}", left);
    }

    #[test]
    fn a_run_is_rebuilt_from_its_change(
        triggers in random::triggers(),
        (before, after, happenings) in random::save(),
    ) {
        let run = run_over(&triggers, before.as_ref(), &after, &happenings, root_cause());
        let change = change_of(before.as_ref(), &after, &happenings, &run);
        let expected = Ticket { chain_memory: after.chain_memory.clone(), ..run.after.clone() };
        prop_assert_eq!(change.after(), expected);
        let in_order = run.firings.is_sorted_by_key(|firing| (firing.pass, firing.position, firing.trigger));
        prop_assert!(in_order && run.firings.iter().all(|firing| firing.pass <= PASSES_MAX));
        let text = serde_json::to_string(&change).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::change::Change>(&text).unwrap(), change);
    }
}

/// How many triggers an opened rich ticket has to ask.
fn asked(triggers: Vec<Trigger>) -> usize {
    let triggers = Triggers::new(triggers);
    let (ticket, happenings) = (rich_ticket(), opened());
    let before = Facts::new(None);
    let event = Event { before: &before, after: Facts::new(Some(&ticket)), happenings: &happenings };
    triggers.candidates(&event).len()
}

#[test]
fn a_trigger_is_filed_under_its_rarest_required_line() {
    let common = line("ticket", "created", Value::Null);
    let by = |rare: &dyn Fn(i64) -> Value| {
        (1..=100).map(|id| sender(id, json!({ "all": [common, rare(id)] }))).collect()
    };
    assert_eq!(asked(by(&|id| line("category", "is", json!(format!("Categoria {id}"))))), 0);
    assert_eq!(asked(by(&|id| line("custom_field:78", "is", json!(format!("{id}"))))), 0);
    assert_eq!(asked(by(&|id| line("tags", "in", json!([format!("a{id}"), format!("b{id}")])))), 0);
    assert_eq!(asked(by(&|_| line("category", "is", json!("FALHA")))), 100);
    assert_eq!(
        asked(by(
            &|id| json!({ "any": [line("team", "is", json!(format!("t{id}"))), line("team", "is", json!("x"))] })
        )),
        0
    );
}

#[test]
fn a_trigger_without_a_required_line_is_filed_under_what_makes_it_fire() {
    let conditions =
        json!({ "any": [line("ticket", "deleted", Value::Null), line("subject", "contains", json!("x"))] });
    let triggers: Vec<_> = (1..=100).map(|id| sender(id, conditions.clone())).collect();
    assert_eq!(asked(triggers), 0);
}

#[test]
fn a_trigger_that_nothing_can_make_fire_is_never_asked() {
    let filter = json!({ "all": [line("subject", "is_set", Value::Null)] });
    assert_eq!(asked(vec![sender(1, filter), sender(2, json!({}))]), 0);
}
