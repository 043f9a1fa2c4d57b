//! Chains of causes that cross the webhook: a receiver that changes the ticket it was told of, and echoes the cause.

use engine::Caller;
use model::cause::{Cause, ChainEnd};
use model::change::Change;
use model::notice::NoticeKind;
use serde_json::json;

use crate::receivers::Seen;
use crate::support::{Desk, created, new_ticket, patient, renamed, subject_of};

const URL: &str = "http://receiver.example/";

/// The caller that a receiver is when it echoes the cause of its call.
fn echoing(desk: &Desk, call: &Seen) -> Caller {
    let cause = desk.engine.cause_of(&desk.caller, call.header("gatilho-cause"));
    assert!(cause.is_some(), "the token was made here");
    Caller { cause, ..desk.caller.clone() }
}

async fn last_change(desk: &Desk, ticket: i64) -> Change {
    desk.changes(ticket).await.pop().unwrap()
}

#[tokio::test]
async fn a_loop_on_one_ticket_ends_when_its_trigger_would_fire_a_sixth_time() {
    let desk = Desk::open(patient(), []).await;
    let trigger = desk.trigger(renamed(), URL).await.trigger.id;
    let ticket = desk.ticket().await;
    for round in 1..=5 {
        let seen = desk.receivers.wait_for(round).await;
        let caller = echoing(&desk, &seen[round - 1]);
        desk.rename_as(&caller, ticket, &format!("round {round}")).await;
    }
    let changes = desk.changes(ticket).await;
    let fired: Vec<_> = changes.iter().map(|change| change.firings.len()).collect();
    assert_eq!(fired, [1, 1, 1, 1, 1, 0]);
    let end = &changes[5];
    assert_eq!(end.ended, Some(ChainEnd::Repeat { trigger }));
    assert_eq!(end.cause, Cause { depth: 5, ..Cause::root(changes[0].id) });
    // It goes no further, and is told once.
    let caller = echoing(&desk, &desk.receivers.seen()[4]);
    desk.rename_as(&caller, ticket, "once more").await;
    assert_eq!(last_change(&desk, ticket).await.ended, Some(ChainEnd::Repeat { trigger }));
    let notices = desk.notices(NoticeKind::ChainEnded).await;
    assert_eq!((notices.len(), notices[0].count, notices[0].trigger), (1, 2, Some(trigger)));
    // What follows from nothing is not stopped.
    desk.rename(ticket, "by a person").await;
    assert_eq!(last_change(&desk, ticket).await.firings.len(), 1);
    desk.all_delivered(6).await;
}

#[tokio::test]
async fn a_chain_over_many_tickets_ends_at_depth_ten() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    let first = desk.ticket().await;
    let mut last = first;
    for round in 1..=10 {
        let seen = desk.receivers.wait_for(round).await;
        let caller = echoing(&desk, &seen[round - 1]);
        last = desk.engine.create_ticket(&caller, new_ticket()).await.unwrap();
    }
    let root = desk.changes(first).await[0].id;
    let end = last_change(&desk, last).await;
    assert_eq!((end.ended, end.firings.len()), (Some(ChainEnd::Depth { depth: 10 }), 0));
    assert_eq!(end.cause, Cause { depth: 10, ..Cause::root(root) });
    assert_eq!(desk.notices(NoticeKind::ChainEnded).await.len(), 1);
    assert_eq!(desk.all_delivered(10).await.len(), 10);
}

#[tokio::test]
async fn a_token_that_was_not_made_here_begins_a_chain_of_its_own() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(renamed(), URL).await;
    let ticket = desk.ticket().await;
    let seen = desk.receivers.wait_for(1).await;
    let token = seen[0].header("gatilho-cause");
    assert!(token.contains(".0."), "{token}");
    for forged in [token.replace(".0.", ".9."), token[..token.len() - 1].to_owned(), "nonsense".into()] {
        assert_eq!(desk.engine.cause_of(&desk.caller, &forged), None, "{forged}");
    }
    let elsewhere = Caller { domain: model::ids::DomainId(1), ..desk.caller.clone() };
    assert_eq!(desk.engine.cause_of(&elsewhere, token), None, "another domain's");
    desk.rename(ticket, "by a forger").await;
    let change = last_change(&desk, ticket).await;
    assert_eq!(change.cause, Cause::root(change.id));
}

#[tokio::test]
async fn a_token_outlives_a_restart() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    let ticket = desk.ticket().await;
    let seen = desk.receivers.wait_for(1).await;
    let root = desk.changes(ticket).await[0].id;
    let desk = desk.restart([]).await;
    let caller = echoing(&desk, &seen[0]);
    assert_eq!(caller.cause, Some(Cause { depth: 1, ..Cause::root(root) }));
}

#[tokio::test]
async fn many_firings_in_a_minute_are_told_once_and_all_go_out() {
    let desk = Desk::open(patient(), []).await;
    let trigger = desk.trigger(renamed(), URL).await.trigger.id;
    let ticket = desk.ticket().await;
    for round in 2..=20 {
        desk.rename(ticket, &format!("round {round}")).await;
    }
    assert!(desk.notices(NoticeKind::PossibleLoop).await.is_empty(), "twenty are usual");
    for round in 21..=25 {
        desk.rename(ticket, &format!("round {round}")).await;
    }
    let notices = desk.notices(NoticeKind::PossibleLoop).await;
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (notices[0].trigger, notices[0].ticket_number, notices[0].count),
        (Some(trigger), Some(ticket), 1)
    );
    assert!(desk.changes(ticket).await.iter().all(|change| change.firings.len() == 1));
    desk.all_delivered(25).await;
}

#[tokio::test]
async fn an_effect_continues_no_chain_but_later_triggers_see_it() {
    let desk = Desk::open(patient(), []).await;
    let marking = json!({
        "name": "mark",
        "conditions": { "all": [renamed()] },
        "actions": [{ "kind": "add_tag", "tag": "seen" }],
    });
    desk.engine.create_trigger(&desk.caller, &marking).await.unwrap();
    desk.trigger(json!({ "field": "tags", "operator": "tag_added", "value": "seen" }), URL).await;
    let ticket = desk.ticket().await;
    let seen = desk.receivers.wait_for(1).await;
    let changes = desk.changes(ticket).await;
    assert_eq!((changes.len(), changes[0].firings.len(), changes[0].effects.len()), (1, 2, 1));
    let caller = echoing(&desk, &seen[0]);
    desk.engine.update_ticket(&caller, ticket, subject_of("again")).await.unwrap();
    assert_eq!(last_change(&desk, ticket).await.cause.depth, 1);
}
