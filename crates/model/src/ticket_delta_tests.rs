//! Tests of `ticket_delta`: what leads from one ticket to another leads there, also by way of JSON.

use super::*;
use crate::ids::{ChangeId, TriggerId};
use crate::samples::random::{self, cases};
use crate::samples::{NOW, bare_ticket, rich_ticket};
use proptest::prelude::*;

#[test]
fn an_owner_taken_away_survives_json() {
    let before = rich_ticket();
    let after = Ticket { owner: None, sla_solution_at: None, ..before.clone() };
    let delta = TicketDelta::between(&before, &after);
    let text = serde_json::to_string(&delta).unwrap();
    assert_eq!(text, r#"{"owner":null,"sla_solution_at":null}"#);
    let read: TicketDelta = serde_json::from_str(&text).unwrap();
    assert_eq!(read.owner, Some(None));
    let mut ticket = before;
    read.apply(&mut ticket);
    assert_eq!(ticket, after);
}

#[test]
fn names_are_those_of_the_changed_fields() {
    let before = rich_ticket();
    let after = Ticket { status: "Fechado".into(), tags: Vec::new(), version: 5, ..before.clone() };
    assert_eq!(TicketDelta::between(&before, &after).names(), ["version", "status", "tags"]);
    assert!(TicketDelta::between(&before, &before).names().is_empty());
}

#[test]
fn bookkeeping_alone_is_idle_and_anything_more_is_not() {
    let before = bare_ticket();
    let mut kept = Ticket { version: 2, updated_at: NOW.plus_ms(1), ..before.clone() };
    kept.chain_memory.remember(TriggerId(1), ChangeId(1));
    assert!(TicketDelta::between(&before, &kept).is_idle());
    assert!(TicketDelta::default().is_idle());
    let changed = Ticket { subject: "x".into(), ..kept };
    assert!(!TicketDelta::between(&before, &changed).is_idle());
}

#[test]
fn an_unknown_field_is_refused() {
    assert!(serde_json::from_str::<TicketDelta>(r#"{"colour":"red"}"#).is_err());
}

#[test]
fn what_never_changes_is_all_that_a_delta_leaves_out() {
    let (bare, rich) = (bare_ticket(), rich_ticket());
    let mut ticket = bare.clone();
    TicketDelta::between(&bare, &rich).apply(&mut ticket);
    assert_eq!(ticket, Ticket { created_by: bare.created_by, ..rich });
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn a_delta_leads_from_before_to_after(before in random::ticket(), after in random::ticket()) {
        let after = Ticket { origin: before.origin, ..after };
        let delta = TicketDelta::between(&before, &after);
        let text = serde_json::to_string(&delta).unwrap();
        let read: TicketDelta = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &delta);
        let mut ticket = before.clone();
        read.apply(&mut ticket);
        prop_assert_eq!(&ticket, &after);
        prop_assert_eq!(delta.names().is_empty(), before == after);
    }

    #[test]
    fn a_ticket_survives_json(ticket in random::ticket()) {
        let text = serde_json::to_string(&ticket).unwrap();
        prop_assert_eq!(serde_json::from_str::<Ticket>(&text).unwrap(), ticket);
    }
}
