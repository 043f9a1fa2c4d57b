//! Writing triggers: every edit is whole, raises the configuration revision, and is in force when it is answered.

use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Waker};

use engine::signing::Secret;
use engine::vault::Vault;
use engine::{Error, Random, Settings};
use model::ids::{DomainId, EndpointId, TriggerId};
use model::trigger::Trigger;
use model::trigger_action::TriggerAction;
use serde_json::json;
use store::db::Write;
use store::endpoints::EndpointRow;
use store::triggers::Revision;

use crate::receivers::closed_gate;
use crate::support::{Desk, created, patient, renamed, until};

const URL: &str = "http://receiver.example/";

async fn revision_of_config(desk: &Desk) -> i64 {
    store::domains::revisions(&desk.engine.reader()).await.unwrap()[0].1
}

async fn all(desk: &Desk) -> Vec<Trigger> {
    store::triggers::all(&desk.engine.reader(), desk.caller.domain).await.unwrap()
}

async fn revision_at(desk: &Desk, id: TriggerId, config: i64) -> Option<Revision> {
    store::triggers::revision_at(&desk.engine.reader(), desk.caller.domain, id, config).await.unwrap()
}

/// The faults of an input that was refused: where, and what.
fn faults<T: std::fmt::Debug>(answer: Result<T, Error>) -> Vec<(String, String)> {
    let Err(Error::Invalid(faults)) = answer else { panic!("{answer:?}") };
    faults.into_iter().map(|fault| (fault.field, fault.message.to_string())).collect()
}

#[tokio::test]
async fn every_edit_raises_the_revision_and_keeps_what_was_before() {
    let desk = Desk::open(patient(), []).await;
    let (engine, caller) = (&desk.engine, &desk.caller);
    let mut revisions = vec![revision_of_config(&desk).await];
    let id = desk.trigger(created(), URL).await.trigger.id;
    revisions.push(revision_of_config(&desk).await);
    engine.update_trigger(caller, id, &json!({ "name": "renamed" })).await.unwrap();
    revisions.push(revision_of_config(&desk).await);
    let copy = engine.clone_trigger(caller, id).await.unwrap().trigger;
    revisions.push(revision_of_config(&desk).await);
    engine.set_trigger_enabled(caller, id, false).await.unwrap();
    revisions.push(revision_of_config(&desk).await);
    engine.order_triggers(caller, &[copy.id, id]).await.unwrap();
    revisions.push(revision_of_config(&desk).await);
    engine.delete_trigger(caller, id).await.unwrap();
    revisions.push(revision_of_config(&desk).await);
    assert_eq!(revisions, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!((copy.draft.name.as_str(), copy.draft.enabled), ("renamed (2)", false));
    assert_eq!(all(&desk).await.iter().map(|trigger| trigger.id).collect::<Vec<_>>(), [copy.id]);
    let mut told = Vec::new();
    for config in 1..=7 {
        told.push(revision_at(&desk, id, config).await.map(|found| {
            (found.revision, found.draft.name, found.draft.enabled, found.position, found.deleted)
        }));
    }
    let first = Some((1, format!("to {URL}"), true, 1, false));
    let second = Some((2, "renamed".to_owned(), true, 1, false));
    let third = Some((3, "renamed".to_owned(), false, 1, false));
    let moved = Some((4, "renamed".to_owned(), false, 2, false));
    let gone = Some((5, "renamed".to_owned(), false, 2, true));
    assert_eq!(told, [None, first, second.clone(), second, third, moved, gone]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_at_the_same_time_all_land_whole() {
    let desk = Desk::open(patient(), []).await;
    let id = desk.trigger(created(), URL).await.trigger.id;
    let before = revision_of_config(&desk).await;
    let mut edits = Vec::new();
    for n in 0..10 {
        let (engine, caller) = (desk.engine.clone(), desk.caller.clone());
        edits.push(tokio::spawn(async move {
            let patch = if n % 2 == 0 {
                json!({ "name": format!("name {n}") })
            } else {
                json!({ "description": format!("text {n}") })
            };
            engine.update_trigger(&caller, id, &patch).await.map(|saved| saved.trigger.revision)
        }));
    }
    let mut revisions = Vec::new();
    for edit in edits {
        revisions.push(edit.await.unwrap().unwrap());
    }
    revisions.sort_unstable();
    assert_eq!(revisions, (2..=11).collect::<Vec<_>>());
    assert_eq!(revision_of_config(&desk).await, before + 10);
    let trigger = all(&desk).await.remove(0);
    assert!(trigger.draft.name.starts_with("name ") && trigger.draft.description.starts_with("text "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triggers_saved_at_the_same_time_share_the_endpoint_of_their_url_and_are_all_in_force() {
    let desk = Desk::open(patient(), []).await;
    let mut saves = Vec::new();
    for n in 0..10 {
        let (engine, caller) = (desk.engine.clone(), desk.caller.clone());
        saves.push(tokio::spawn(async move {
            let json = json!({
                "name": format!("trigger {n}"),
                "conditions": { "all": [created()] },
                "actions": [{ "kind": "webhook", "url": URL }, { "kind": "webhook", "url": format!("{URL}{}", n % 3) }],
            });
            engine.create_trigger(&caller, &json).await.unwrap().trigger.position
        }));
    }
    let mut positions = Vec::new();
    for save in saves {
        positions.push(save.await.unwrap());
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=10).collect::<Vec<_>>());
    let (reader, domain) = (desk.engine.reader(), desk.caller.domain);
    let endpoints = store::endpoints::page(&reader, domain, EndpointId(0), 100).await.unwrap();
    assert_eq!(endpoints.len(), 4);
    desk.ticket().await;
    desk.all_delivered(20).await;
}

#[tokio::test]
async fn a_save_that_nobody_waits_for_is_done_all_the_same() {
    let desk = Desk::open(patient(), []).await;
    let json = json!({
        "name": "left behind",
        "conditions": { "all": [created()] },
        "actions": [{ "kind": "webhook", "url": URL }],
    });
    {
        let save = pin!(desk.engine.create_trigger(&desk.caller, &json));
        assert!(save.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    until("the trigger is in force", async || {
        desk.ticket().await;
        !desk.log().await.is_empty()
    })
    .await;
    desk.receivers.wait_for(1).await;
}

#[tokio::test]
async fn a_trigger_that_another_process_wrote_is_in_force_soon_with_its_endpoint() {
    let desk = Desk::open(patient(), []).await;
    let trigger = desk.trigger(created(), URL).await.trigger;
    let (domain, now) = (desk.caller.domain, desk.engine.now());
    let beside = "http://beside.example/";
    let id = EndpointId(trigger.id.0 + 1_000);
    let random = Random::from_seed(7);
    let secret = random.with(Secret::generate).to_string();
    let endpoint = EndpointRow {
        domain,
        id,
        url: beside.into(),
        secret: Vault::new(&patient().master_key).seal(&random, &secret, &id.to_string()),
        previous_secret: None,
        paused: false,
        pause_reason: String::new(),
        last_delivered_at: None,
        created_at: now,
    };
    let mut second = Trigger { id: TriggerId(id.0), position: 2, ..trigger };
    second.draft.actions = vec![TriggerAction::Webhook { url: beside.into(), endpoint: Some(id) }];
    let write = Write::new()
        .step(store::domains::raise_revision(domain, 2))
        .step(store::endpoints::insert(&endpoint))
        .step(store::triggers::save(domain, &second))
        .step(store::triggers::keep_revision(domain, &second, 3, false, "1"));
    desk.db.commit(write).await.unwrap();
    let fired = Mutex::new(0);
    until("both fire", async || {
        let ticket = desk.ticket().await;
        let firings = desk.changes(ticket).await[0].firings.len();
        *fired.lock().unwrap() += firings;
        firings == 2
    })
    .await;
    let fired = *fired.lock().unwrap();
    desk.all_delivered(fired).await;
    assert_eq!(desk.receivers.seen().iter().filter(|call| call.url == beside).count(), 1);
}

#[tokio::test]
async fn a_change_is_explained_by_the_revision_that_ran() {
    let desk = Desk::open(patient(), []).await;
    let saved = desk.trigger(created(), URL).await.trigger;
    let ticket = desk.ticket().await;
    let patch = json!({ "conditions": { "all": [renamed()] }, "name": "another rule" });
    desk.engine.update_trigger(&desk.caller, saved.id, &patch).await.unwrap();
    desk.rename(ticket, "again").await;
    let changes = desk.changes(ticket).await;
    for (change, revision, name) in
        [(&changes[0], 1, saved.draft.name.as_str()), (&changes[1], 2, "another rule")]
    {
        let found = revision_at(&desk, saved.id, change.config_revision).await.unwrap();
        assert_eq!((found.revision, found.draft.name.as_str()), (revision, name));
        assert_eq!((change.firings[0].revision, change.firings[0].name.as_str()), (revision, name));
    }
}

#[tokio::test]
async fn a_trigger_that_is_disabled_or_deleted_fires_no_more_and_leaves_its_deliveries_alone() {
    let (act, gate) = closed_gate();
    let desk = Desk::open(Settings { live_calls_per_endpoint: 1, ..patient() }, []).await;
    desk.receivers.mood(URL, act);
    let id = desk.trigger(created(), URL).await.trigger.id;
    desk.ticket().await;
    desk.ticket().await;
    desk.engine.set_trigger_enabled(&desk.caller, id, false).await.unwrap();
    desk.ticket().await;
    desk.engine.delete_trigger(&desk.caller, id).await.unwrap();
    let last = desk.ticket().await;
    assert!(desk.changes(last).await[0].firings.is_empty());
    assert_eq!(desk.log().await.len(), 2, "one under way, one that waits");
    gate.add_permits(2);
    let log = desk.all_delivered(2).await;
    assert!(log.iter().all(|row| row.trigger == id && row.trigger_name == format!("to {URL}")));
    let gone = desk.engine.delete_trigger(&desk.caller, id).await;
    assert!(matches!(gone, Err(Error::NotFound(_))), "{gone:?}");
}

#[tokio::test]
async fn unknown_names_and_people_are_refused_where_they_stand() {
    let desk = Desk::open(patient(), []).await;
    let json = json!({
        "name": "faulty",
        "conditions": {
            "all": [created(), { "field": "status", "operator": "is", "value": "Nowhere" }],
            "any": [{ "field": "owner", "operator": "is", "value": "nobody" }, { "field": "team", "operator": "sings" }],
        },
        "actions": [{ "kind": "webhook", "url": "file:///etc/passwd" }, { "kind": "set_status", "status": "Gone" }],
    });
    let places: Vec<_> = faults(desk.engine.create_trigger(&desk.caller, &json).await)
        .into_iter()
        .map(|fault| fault.0)
        .collect();
    for place in [
        "conditions.all[1].value",
        "conditions.any[0].value",
        "conditions.any[1].operator",
        "actions[0].url",
        "actions[1].status",
    ] {
        assert!(places.iter().any(|found| found == place), "{place} is not among {places:?}");
    }
    assert!(all(&desk).await.is_empty());
    assert_eq!(revision_of_config(&desk).await, 1);
    assert!(store::endpoints::all(&desk.engine.reader()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_order_names_every_trigger_once_or_is_refused() {
    let desk = Desk::open(patient(), []).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(desk.trigger(created(), &format!("{URL}{n}")).await.trigger.id);
    }
    for wrong in
        [vec![ids[0], ids[1]], vec![ids[0], ids[1], ids[1]], vec![ids[0], ids[1], ids[2], TriggerId(9)]]
    {
        let refused = faults(desk.engine.order_triggers(&desk.caller, &wrong).await);
        assert_eq!(refused[0].0, "ids", "{wrong:?}");
    }
    desk.engine.order_triggers(&desk.caller, &[ids[2], ids[0], ids[1]]).await.unwrap();
    assert_eq!(
        all(&desk).await.iter().map(|trigger| trigger.id).collect::<Vec<_>>(),
        [ids[2], ids[0], ids[1]]
    );
    let ticket = desk.ticket().await;
    let fired: Vec<_> = desk.changes(ticket).await[0].firings.iter().map(|firing| firing.trigger).collect();
    assert_eq!(fired, [ids[2], ids[0], ids[1]]);
}

#[tokio::test]
async fn who_may_not_write_triggers_writes_none() {
    let desk = Desk::open(patient(), []).await;
    let id = desk.trigger(created(), URL).await.trigger.id;
    let guest = engine::Caller { grants: Vec::new(), ..desk.caller.clone() };
    let engine = &desk.engine;
    let answers = [
        engine.create_trigger(&guest, &json!({})).await.err(),
        engine.update_trigger(&guest, id, &json!({})).await.err(),
        engine.clone_trigger(&guest, id).await.err(),
        engine.set_trigger_enabled(&guest, id, false).await.err(),
        engine.delete_trigger(&guest, id).await.err(),
        engine.order_triggers(&guest, &[id]).await.err(),
    ];
    assert!(answers.iter().all(|answer| matches!(answer, Some(Error::Forbidden(_)))), "{answers:?}");
    let stranger = engine::Caller { domain: DomainId(1), ..desk.caller.clone() };
    assert!(matches!(engine.delete_trigger(&stranger, id).await, Err(Error::NotFound(_))));
    assert_eq!(revision_of_config(&desk).await, 2);
}
