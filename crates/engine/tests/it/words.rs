//! Lives here: editing a domain's words while triggers and tickets have them; agreements and histories along a ticket's life.
//! Not here: what an edit may be (model), how it is asked for (web).

use std::sync::Arc;
use std::time::Duration;

use engine::Error;
use engine::commands::tickets::{ActionInput, TicketInput};
use model::classification::{Classification, Noun};
use model::history::{Entered, HistoryEntry};
use model::ticket::Ticket;
use serde_json::{Value, json};

use crate::support::{Desk, ManualClock, new_ticket, patient, subject_of};

const URL: &str = "http://receiver.example/";

async fn read(desk: &Desk, number: i64) -> Ticket {
    let found = store::tickets::find(&desk.engine.reader(), desk.caller.domain, number).await;
    found.unwrap().unwrap()
}

async fn history(desk: &Desk, number: i64) -> Vec<HistoryEntry> {
    let reader = desk.engine.reader();
    store::histories::of_ticket(&reader, desk.caller.domain, number, i64::MAX).await.unwrap()
}

fn words(desk: &Desk) -> Arc<Classification> {
    desk.engine.classification(desk.caller.domain)
}

async fn make(desk: &Desk, noun: Noun, json: Value) -> i64 {
    desk.engine.create_word(&desk.caller, noun, &json).await.unwrap().0
}

fn in_status(name: &str) -> TicketInput {
    TicketInput { status: Some(name.into()), ..TicketInput::default() }
}

async fn save(desk: &Desk, number: i64, input: TicketInput) -> Result<(), Error> {
    desk.engine.update_ticket(&desk.caller, number, input).await
}

fn faults(result: Result<(), Error>) -> Vec<String> {
    match result {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_name_reaches_triggers_and_tickets_without_counting_as_a_change() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(json!({ "field": "status", "operator": "changed_from", "value": "New" }), URL).await;
    let changed = json!({ "field": "status", "operator": "changed" });
    desk.trigger(changed, "http://other.example/").await;
    let ticket = desk.ticket().await;
    desk.all_delivered(1).await;
    let id = words(&desk).status("New").unwrap().id.0;
    let renamed = json!({ "name": "Untouched" });
    desk.engine.update_word(&desk.caller, Noun::Status, id, &renamed).await.unwrap();
    let triggers = store::triggers::all(&desk.engine.reader(), desk.caller.domain).await.unwrap();
    let revisions: Vec<_> = triggers.iter().map(|trigger| trigger.revision).collect();
    assert_eq!(revisions, [2, 1]);
    assert_eq!(read(&desk, ticket).await.status, "New", "as it was written");
    desk.rename(ticket, "another").await;
    assert_eq!(read(&desk, ticket).await.status, "Untouched");
    let changes = desk.changes(ticket).await;
    assert!(changes[1].firings.is_empty(), "nothing but the subject changed");
    assert_eq!(changes[1].before().unwrap().status, "Untouched");
    assert_eq!(history(&desk, ticket).await.len(), 1);
    save(&desk, ticket, in_status("Resolved")).await.unwrap();
    desk.all_delivered(3).await;
    let config = store::domains::revisions(&desk.engine.reader()).await.unwrap()[0].1;
    let (reader, id) = (desk.engine.reader(), triggers[0].id);
    let kept = store::triggers::revision_at(&reader, desk.caller.domain, id, config).await.unwrap();
    assert_eq!(kept.map(|kept| kept.revision), Some(2), "the revision is kept");
}

#[tokio::test]
async fn a_word_that_tickets_have_goes_out_of_use_and_one_that_none_has_goes() {
    let desk = Desk::open(patient(), []).await;
    let ticket = desk.ticket().await;
    let network = words(&desk).category("Network").unwrap().id.0;
    let given = TicketInput { category: Some("Printing".into()), ..TicketInput::default() };
    save(&desk, ticket, given.clone()).await.unwrap();
    let printing = words(&desk).category("Printing").unwrap().id.0;
    for id in [network, printing] {
        desk.engine.delete_word(&desk.caller, Noun::Category, id).await.unwrap();
    }
    let left: Vec<_> = words(&desk).categories.iter().map(|it| (it.name.clone(), it.is_active)).collect();
    assert_eq!(left, [("Printing".to_owned(), false)]);
    save(&desk, ticket, TicketInput { subject: Some("x".into()), ..given.clone() }).await.unwrap();
    let other = desk.ticket().await;
    assert_eq!(faults(save(&desk, other, given).await), ["category"]);
    let gone = desk.engine.delete_word(&desk.caller, Noun::Category, network).await;
    assert!(matches!(gone, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_status_that_a_trigger_sets_stays() {
    let desk = Desk::open(patient(), []).await;
    let id = make(&desk, Noun::Status, json!({ "name": "On hold", "base_status": "Stopped" })).await;
    let json = json!({
        "name": "holds",
        "conditions": { "all": [{ "field": "ticket", "operator": "created" }] },
        "actions": [{ "kind": "set_status", "status": "On hold" }],
    });
    desk.engine.create_trigger(&desk.caller, &json).await.unwrap();
    let patch = desk.engine.update_word(&desk.caller, Noun::Status, id, &json!({ "is_active": false })).await;
    for refused in [patch.map(|_| ()), desk.engine.delete_word(&desk.caller, Noun::Status, id).await] {
        assert!(
            matches!(&refused, Err(Error::Conflict(text)) if text.to_string().contains("holds")),
            "{refused:?}"
        );
    }
    let renamed = desk.engine.update_word(&desk.caller, Noun::Status, id, &json!({ "name": "Held" })).await;
    renamed.unwrap();
    let ticket = desk.ticket().await;
    assert_eq!(read(&desk, ticket).await.status, "Held");
}

#[tokio::test]
async fn a_reason_is_asked_for_by_its_field() {
    let desk = Desk::open(patient(), []).await;
    let id = words(&desk).status("Waiting").unwrap().id.0;
    let patch = json!({ "requires_justification": true, "justifications": ["Parts", "Client"] });
    desk.engine.update_word(&desk.caller, Noun::Status, id, &patch).await.unwrap();
    let ticket = desk.ticket().await;
    let with = |reason: &str| TicketInput { justification: Some(reason.into()), ..in_status("Waiting") };
    assert_eq!(faults(save(&desk, ticket, in_status("Waiting")).await), ["justification"]);
    assert_eq!(faults(save(&desk, ticket, with("Holiday")).await), ["justification"]);
    save(&desk, ticket, with("parts")).await.unwrap();
    assert_eq!(read(&desk, ticket).await.justification, "Parts");
    let refused = json!({
        "name": "waits",
        "conditions": { "all": [{ "field": "ticket", "operator": "created" }] },
        "actions": [{ "kind": "set_status", "status": "Waiting" }],
    });
    let Err(Error::Invalid(faults)) = desk.engine.create_trigger(&desk.caller, &refused).await else {
        panic!()
    };
    assert_eq!(faults[0].field, "actions[0].justification");
}

#[tokio::test]
async fn the_clock_of_an_agreement_stands_while_the_ticket_does() {
    let clock = ManualClock::new();
    let desk = Desk::open_at(Arc::new(clock.clone()), patient(), []).await;
    let rule = json!({ "name": "All", "response_minutes": 30, "solution_minutes": 120 });
    make(&desk, Noun::SlaAgreement, json!({ "name": "Gold", "rules": [rule] })).await;
    let number = desk.ticket().await;
    let opened = read(&desk, number).await;
    let start = opened.created_at;
    assert_eq!((opened.sla.agreement.as_str(), opened.sla.rule.as_str()), ("Gold", "All"));
    assert_eq!(opened.sla_solution_at, Some(start.plus_ms(120 * 60_000)));
    assert_eq!(opened.sla.responded_at, None, "the first action opened it");
    clock.advance(Duration::from_secs(600));
    save(&desk, number, in_status("Waiting")).await.unwrap();
    assert!(read(&desk, number).await.is_sla_paused());
    clock.advance(Duration::from_secs(3_600));
    let answer = ActionInput { description: Some("We are on it.".into()), ..ActionInput::default() };
    let back = TicketInput { actions: vec![answer], ..in_status("In attendance") };
    save(&desk, number, back).await.unwrap();
    let ticket = read(&desk, number).await;
    assert_eq!(ticket.sla_solution_at, Some(start.plus_ms((120 + 60) * 60_000)));
    assert_eq!(ticket.sla.responded_at, Some(start.plus_ms((600 + 3_600) * 1_000)));
    assert_eq!(ticket.stopped.ms, 3_600_000);
    let lasted: Vec<_> = {
        let all = history(&desk, number).await;
        all.iter().map(|entry| entry.lasted_ms(&all)).collect()
    };
    assert_eq!(lasted, [Some(600_000), Some(3_600_000), None]);
}

#[tokio::test]
async fn a_history_has_a_row_for_each_change_of_status_or_owner_and_for_no_other() {
    let desk = Desk::open(patient(), []).await;
    let json = json!({
        "name": "closes",
        "conditions": { "all": [{ "field": "status", "operator": "changed_to", "value": "Resolved" }] },
        "actions": [{ "kind": "set_status", "status": "Closed" }],
    });
    desk.engine.create_trigger(&desk.caller, &json).await.unwrap();
    let ticket = desk.engine.create_ticket(&desk.caller, new_ticket()).await.unwrap();
    save(&desk, ticket, subject_of("another")).await.unwrap();
    let owned =
        TicketInput { owner: Some(Some("1".into())), owner_team: Some("Desk".into()), ..Default::default() };
    save(&desk, ticket, owned).await.unwrap();
    save(&desk, ticket, in_status("Resolved")).await.unwrap();
    let told: Vec<_> = history(&desk, ticket)
        .await
        .into_iter()
        .map(|entry| {
            let what = match entry.entered {
                Entered::Status { status, .. } => status,
                Entered::Owner { owner, team } => {
                    format!("{} of {team}", owner.map(|owner| owner.id).unwrap_or_default())
                }
            };
            (entry.ticket_version, entry.position, what, entry.changed_by.is_some())
        })
        .collect();
    let row = |version, position, what: &str, by| (version, position, what.to_owned(), by);
    let wanted = [
        row(1, 0, "New", true),
        row(3, 0, "1 of Desk", true),
        row(4, 0, "Resolved", true),
        row(4, 1, "Closed", false),
    ];
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn only_those_who_may_edit_words() {
    let desk = Desk::open(patient(), []).await;
    let mut nobody = desk.caller.clone();
    nobody.grants.clear();
    let json = json!({ "name": "x" });
    for noun in [Noun::Urgency, Noun::Service, Noun::SlaAgreement] {
        let refused = desk.engine.create_word(&nobody, noun, &json).await;
        assert_eq!(refused.err(), Some(Error::Forbidden(noun.grant())));
        assert_eq!(desk.engine.delete_word(&nobody, noun, 1).await, Err(Error::Forbidden(noun.grant())));
        assert_eq!(desk.engine.order_words(&nobody, noun, vec![]).await, Err(Error::Forbidden(noun.grant())));
    }
}
