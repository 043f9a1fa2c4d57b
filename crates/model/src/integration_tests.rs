//! Tests of `integration`.

use super::*;
use crate::cause::Cause;
use crate::ids::ChangeId;
use crate::samples::{NOW, bare_ticket, line, opened, run_over, sender};
use crate::text::fold;
use crate::ticket::{Ticket, TicketLink};
use crate::ticket_command::Happenings;
use crate::trigger::Trigger;

const INTEGRATION: IntegrationId = IntegrationId(7);

fn rule(json: Value) -> Rule {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_name_becomes_what_the_mapping_says_then_what_it_is_then_the_default() {
    let known = |name: &str| {
        ["Novo", "Fechado", "Outro"].iter().find(|known| fold(known) == fold(name)).map(ToString::to_string)
    };
    let full = rule(json!({ "values": { "Closed": "fechado", "x": "unknown" }, "default": "Outro" }));
    let picked = |name: &str| full.pick(name, known);
    assert_eq!(picked("closed").as_deref(), Some("Fechado"));
    assert_eq!(picked("NOVO").as_deref(), Some("Novo"));
    assert_eq!([picked("x"), picked("Waiting"), picked("")], [(); 3].map(|()| Some("Outro".to_owned())));
    let strict = rule(json!({ "as_is": false }));
    assert_eq!([strict.pick("Novo", known), Rule::default().pick("Waiting", known)], [None, None]);
    assert_eq!(full.reversed().values["fechado"], "Closed");
}

#[test]
fn of_two_changes_at_once_the_later_stands_and_at_a_tie_the_smaller_half() {
    let (small, large) = (IntegrationId(1), IntegrationId(2));
    assert!(stands((NOW.plus_ms(1), large), (NOW, small)));
    assert!(!stands((NOW, small), (NOW.plus_ms(1), large)));
    assert!(stands((NOW, small), (NOW, large)) && !stands((NOW, large), (NOW, small)));
}

fn keeper() -> Trigger {
    let any = json!([line("status", "changed", Value::Null), line("ticket", "created", Value::Null)]);
    Trigger { managed_by: Some(INTEGRATION), ..sender(1, json!({ "any": any })) }
}

fn linked(status: &str) -> Ticket {
    let link = TicketLink { integration: INTEGRATION, number: 5, status: "New".into(), note: String::new() };
    Ticket { status: status.into(), links: vec![link], ..bare_ticket() }
}

/// How often the integration's trigger fires for a save.
fn fired(trigger: Trigger, before: Option<&Ticket>, after: &Ticket, cause: Cause) -> usize {
    let happenings = if before.is_some() { Happenings::default() } else { opened() };
    run_over(&[trigger], before, after, &happenings, cause).firings.len()
}

#[test]
fn a_managed_trigger_tells_of_linked_and_of_new_tickets_alone() {
    let cause = Cause::root(ChangeId(1));
    let moved = Ticket { status: "Fechado".into(), ..bare_ticket() };
    assert_eq!(fired(keeper(), Some(&linked("Novo")), &linked("Fechado"), cause), 1);
    assert_eq!(fired(keeper(), Some(&bare_ticket()), &moved, cause), 0, "it has no counterpart");
    assert_eq!(fired(keeper(), None, &moved, cause), 1);
    let mut blind = keeper();
    blind.draft.conditions.any.pop();
    assert_eq!(fired(blind, None, &moved, cause), 0, "new tickets do not cross");
}

#[test]
fn what_came_in_does_not_go_back_nor_does_what_follows_from_it() {
    let by = |integration: i64, depth: u32| Cause {
        root: ChangeId(1),
        depth,
        integration: Some(IntegrationId(integration)),
    };
    let fires = |cause: Cause| fired(keeper(), Some(&linked("Novo")), &linked("Fechado"), cause);
    assert_eq!([fires(by(7, 1)), fires(by(7, 1).next()), fires(by(8, 1))], [0, 0, 1]);
    assert_eq!(fired(keeper(), None, &linked("Novo"), by(7, 1)), 0);
}

#[test]
fn the_conditions_follow_from_the_events() {
    let any = |events: &[Crossing]| Crossing::conditions(events)["any"].as_array().unwrap().len();
    assert_eq!(any(&[Crossing::PublicActions, Crossing::InternalActions]), 1);
    assert_eq!(any(&Crossing::ALL), 7);
}
