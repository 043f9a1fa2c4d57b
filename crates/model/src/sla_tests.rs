//! Tests of `sla`: the rule that counts, the dates that follow, and that no minute is lost to a pause.

use super::*;
use crate::classification::{BaseStatus, Noun};
use crate::fault::Fault;
use crate::person::ProfileType;
use crate::samples::random::cases;
use crate::samples::{
    NOW, agent, bare_ticket, classification, client, line, opened, person, rich_ticket, root_cause, run_over,
    status, trigger,
};
use proptest::prelude::*;
use serde_json::json;

fn words() -> Classification {
    let mut words = classification();
    let urgent = words.urgency("Urgente").unwrap().id;
    let network = words.service("Redes").unwrap().id;
    let all = json!({ "name": "Resto", "response_minutes": 60, "solution_minutes": 480 });
    let standard = json!({ "name": "Padrão", "is_default": true, "rules": [all] });
    let rules = json!([
        { "name": "Rede urgente", "services": [network], "urgencies": [urgent], "response_minutes": 5, "solution_minutes": 30 },
        { "name": "Cliente", "clients": ["613348413"], "ticket_types": "public", "solution_minutes": 240 },
    ]);
    words.create(Noun::SlaAgreement, 1, &standard).unwrap();
    words.create(Noun::SlaAgreement, 2, &json!({ "name": "Ouro", "rules": rules })).unwrap();
    words
}

fn minutes(minutes: i64) -> i64 {
    minutes * 60_000
}

/// A ticket as it is opened under these words.
fn opened_as(mut ticket: Ticket, words: &Classification) -> Ticket {
    (ticket.sla_solution_minutes, ticket.sla_solution_at) = (0, None);
    settle(None, &mut ticket, words, &[]);
    ticket
}

#[test]
fn the_first_rule_that_fits_counts_and_the_default_agreement_is_asked_last() {
    let words = words();
    let named = |ticket: Ticket| {
        let ticket = opened_as(ticket, &words);
        (ticket.sla.agreement, ticket.sla.rule, ticket.sla_solution_minutes)
    };
    let told = |agreement: &str, rule: &str, minutes: i64| (agreement.to_owned(), rule.to_owned(), minutes);
    assert_eq!(named(rich_ticket()), told("Ouro", "Cliente", 240));
    let urgent = Ticket { urgency: "Urgente".into(), ..rich_ticket() };
    assert_eq!(named(urgent.clone()), told("Ouro", "Rede urgente", 30), "a service below counts");
    let elsewhere = Ticket { service: vec!["TI".into()], clients: Vec::new(), ..urgent };
    assert_eq!(named(elsewhere), told("Padrão", "Resto", 480), "a service above does not");
    assert_eq!(named(bare_ticket()), told("Padrão", "Resto", 480));
}

#[test]
fn dates_follow_from_the_opening_and_a_change_of_what_rules_read() {
    let words = words();
    let before = opened_as(rich_ticket(), &words);
    let start = before.created_at;
    assert_eq!(before.sla_solution_at, Some(start.plus_ms(minutes(240))));
    assert_eq!((before.sla.response_minutes, before.sla.response_at), (0, None));
    let mut after = Ticket { urgency: "Urgente".into(), ..before.clone() };
    settle(Some(&before), &mut after, &words, &[]);
    assert_eq!(after.sla_solution_at, Some(start.plus_ms(minutes(30))));
    assert_eq!(after.sla.response_at, Some(start.plus_ms(minutes(5))));
    let mut none = Ticket { urgency: String::new(), ..after.clone() };
    settle(Some(&after), &mut none, &Classification { sla_agreements: Vec::new(), ..words }, &[]);
    assert_eq!((none.sla, none.sla_solution_minutes, none.sla_solution_at), (TicketSla::default(), 0, None));
}

#[test]
fn a_date_that_somebody_gave_stays_and_taking_it_away_brings_the_rule_back() {
    let words = words();
    let before = opened_as(rich_ticket(), &words);
    let (given, computed) = (NOW.plus_ms(99_000), before.sla_solution_at);
    let mut ticket = before.clone();
    ticket.set_solution_date(computed.map(|at| Timestamp(at.0 / 1_000 * 1_000)), Some(&agent()));
    assert_eq!(ticket, before, "an answer sent back changes nothing");
    ticket.set_solution_date(Some(given), Some(&agent()));
    ticket.urgency = "Urgente".into();
    settle(Some(&before), &mut ticket, &words, &[]);
    assert_eq!((ticket.sla_solution_at, ticket.sla.rule.as_str()), (Some(given), "Rede urgente"));
    assert_eq!((ticket.sla.changed_by_user, ticket.sla.changed_by.clone()), (true, Some(agent())));
    ticket.set_status(&status("Aguardando"), None, NOW);
    assert!(!ticket.is_sla_paused());
    let given = ticket.clone();
    ticket.set_solution_date(None, Some(&agent()));
    settle(Some(&given), &mut ticket, &words, &[]);
    assert_eq!(ticket.sla_solution_at, Some(ticket.created_at.plus_ms(minutes(30))));
    assert!(!ticket.sla.changed_by_user && ticket.is_sla_paused());
}

#[test]
fn a_rule_for_an_organization_counts_for_all_that_belong_to_it() {
    let words = words();
    let ticket = Ticket { clients: vec![person("bia", ProfileType::Client)], ..rich_ticket() };
    let rule = |organizations: &[&str]| {
        let organizations: Vec<String> = organizations.iter().map(ToString::to_string).collect();
        rule_for(&ticket, &words, &organizations).map(|(_, rule)| rule.name.clone())
    };
    assert_eq!(rule(&["acme", "613348413"]).as_deref(), Some("Cliente"));
    assert_eq!(rule(&["acme"]).as_deref(), Some("Resto"));
    assert_eq!(asks_organizations_of(None, &ticket, &words), ["bia"]);
    assert!(asks_organizations_of(Some(&ticket), &ticket, &words).is_empty(), "nothing that rules read");
    let others = Ticket { clients: Vec::new(), ..ticket.clone() };
    assert_eq!(asks_organizations_of(Some(&others), &ticket, &words), ["bia"]);
    assert!(asks_organizations_of(None, &ticket, &classification()).is_empty(), "no rule asks");
}

#[test]
fn the_time_for_an_answer_stands_still_until_it_is_given() {
    let words = words();
    let urgent = Ticket { urgency: "Urgente".into(), created_at: NOW, ..rich_ticket() };
    let opened = opened_as(urgent, &words);
    let due = |ticket: &Ticket| ticket.sla.response_at.map(|at| (at.0 - NOW.0) / 60_000);
    let saved = |before: &Ticket, change: &dyn Fn(&mut Ticket)| {
        let mut after = before.clone();
        change(&mut after);
        settle(Some(before), &mut after, &words, &[]);
        after
    };
    let at = |by: i64| NOW.plus_ms(minutes(by));
    let moved = |before: &Ticket, name: &str, by: i64| {
        saved(before, &|ticket| ticket.set_status(&status(name), None, at(by)))
    };
    let answered = |before: &Ticket, by: i64| saved(before, &|it| it.sla.responded_at = Some(at(by)));
    let stopped = moved(&opened, "Aguardando", 2);
    assert_eq!((due(&opened), due(&stopped)), (Some(5), Some(5)));
    let back = moved(&stopped, "Em atendimento", 12);
    assert_eq!(due(&back), Some(15), "ten minutes stood still");
    let answered_in_time = answered(&back, 14);
    let later = moved(&moved(&answered_in_time, "Aguardando", 20), "Em atendimento", 80);
    assert_eq!((due(&answered_in_time), due(&later)), (Some(15), Some(15)), "answered is answered");
    assert_eq!(later.sla_solution_at, Some(at(30 + 10 + 60)));
    let meanwhile = answered(&stopped, 9);
    assert_eq!(due(&meanwhile), Some(12), "seven minutes until it was answered");
    assert_eq!(due(&moved(&meanwhile, "Em atendimento", 50)), Some(12));
}

#[test]
fn a_trigger_that_stops_a_ticket_stops_its_clock() {
    let words = words();
    let stops = trigger(
        1,
        json!({ "all": [line("ticket", "created", serde_json::Value::Null)] }),
        json!([{ "kind": "set_status", "status": "Aguardando" }]),
    );
    let ticket = opened_as(Ticket { created_at: NOW, ..rich_ticket() }, &words);
    let run = run_over(&[stops], None, &ticket, &opened(), root_cause());
    assert_eq!(run.after.base_status, BaseStatus::Stopped);
    assert_eq!((run.after.stopped.since, run.after.is_sla_paused()), (Some(NOW), true));
    assert_eq!(run.effects[0].delta.stopped, Some(run.after.stopped));
    let mut back = run.after.clone();
    back.set_status(&status("Em atendimento"), None, NOW.plus_ms(minutes(7)));
    settle(Some(&run.after), &mut back, &words, &[]);
    assert_eq!(back.sla_solution_at, ticket.sla_solution_at.map(|at| at.plus_ms(minutes(7))));
    assert!(!back.is_sla_paused());
}

#[test]
fn all_faults_of_an_agreement_are_told_with_their_place() {
    let mut words = classification();
    let json = json!({ "name": "", "rules": [
        { "name": "a", "services": [ServiceId(99)], "urgencies": ["x"], "solution_minutes": -1, "when": 1 },
        { "response_minutes": 1.5, "categories": [CategoryId(50)], "clients": ["a", "a"] },
    ]});
    let Err(EditFault::Invalid(faults)) = words.create(Noun::SlaAgreement, 1, &json) else { panic!() };
    let places: Vec<_> = faults.iter().map(|Fault { field, .. }| field.as_str()).collect();
    let wanted = [
        "name",
        "rules[0].when",
        "rules[0].urgencies[0]",
        "rules[0].solution_minutes",
        "rules[0].services[0]",
        "rules[1].name",
        "rules[1].clients[1]",
        "rules[1].response_minutes",
        "rules[1].categories[0]",
    ];
    assert_eq!(places, wanted);
}

/// One save: after so many milliseconds, into this status, with this urgency and client.
fn saves() -> impl Strategy<Value = Vec<(i64, usize, usize, bool)>> {
    proptest::collection::vec((0..10_000_000_i64, 0..6_usize, 0..4_usize, any::<bool>()), 0..24)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_minute_is_lost_over_any_pauses(saves in saves()) {
        let words = words();
        let mut ticket = opened_as(Ticket { created_at: NOW, ..bare_ticket() }, &words);
        let (mut at, mut stood) = (NOW, 0);
        for (ms, status, urgency, is_client) in saves {
            let before = ticket.clone();
            at = at.plus_ms(ms);
            if before.base_status == BaseStatus::Stopped {
                stood += ms;
            }
            ticket.set_status(&words.statuses[status], None, at);
            ticket.urgency.clone_from(&words.urgencies[urgency].name);
            ticket.clients = if is_client { vec![client()] } else { vec![person("bia", ProfileType::Client)] };
            settle(Some(&before), &mut ticket, &words, &[]);
            // All time that it stood still is either counted or still running.
            let running = ticket.stopped.since.map_or(0, |since| at.0 - since.0);
            prop_assert_eq!(ticket.stopped.ms + running, stood);
            prop_assert_eq!(ticket.stopped.since.is_some(), ticket.base_status == BaseStatus::Stopped);
            let (_, rule) = rule_for(&ticket, &words, &[]).expect("the default has one");
            prop_assert_eq!(ticket.sla_solution_minutes, rule.solution_minutes);
            let allowed = ticket.sla_solution_at.map(|end| end.0 - NOW.0 - ticket.stopped.ms);
            prop_assert_eq!(allowed, Some(minutes(rule.solution_minutes)));
            let allowed = ticket.sla.response_at.map(|end| end.0 - NOW.0 - ticket.stopped.ms);
            prop_assert_eq!(allowed, Some(rule.response_minutes).filter(|it| *it > 0).map(minutes));
        }
    }
}
