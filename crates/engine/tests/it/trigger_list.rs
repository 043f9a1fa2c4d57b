//! The list of triggers as a whole: places, several at once, bringing back, how often each fired; and tests to receivers.

use engine::{Error, Place, Test};
use model::outcome::Outcome;
use model::payload::Payload;
use model::trigger::Trigger;
use serde_json::json;

use crate::receivers::Act;
use crate::support::{Desk, created, patient, quick};

const URL: &str = "http://receiver.example/";

async fn all(desk: &Desk) -> Vec<Trigger> {
    store::triggers::all(&desk.engine.reader(), desk.caller.domain).await.unwrap()
}

async fn order(desk: &Desk) -> Vec<String> {
    all(desk).await.into_iter().map(|trigger| trigger.draft.name).collect()
}

#[tokio::test]
async fn a_trigger_moves_to_its_place_and_is_told_it() {
    let desk = Desk::open(patient(), []).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let json = json!({
            "name": name, "conditions": { "all": [created()] }, "actions": [{ "kind": "add_tag", "tag": name }],
        });
        ids.push(desk.engine.create_trigger(&desk.caller, &json).await.unwrap().trigger.id);
    }
    let mut told = Vec::new();
    for (at, place) in [
        (3, Place::Earlier),
        (0, Place::Earlier),
        (0, Place::Later),
        (0, Place::At(99)),
        (1, Place::At(0)),
        (1, Place::At(1)),
    ] {
        let place = desk.engine.move_trigger(&desk.caller, ids[at], place).await.unwrap();
        told.push((place, order(&desk).await.concat()));
    }
    let expected = [(3, "abdc"), (1, "abdc"), (2, "badc"), (4, "bdca"), (1, "bdca"), (1, "bdca")];
    assert_eq!(told, expected.map(|(place, order)| (place, order.to_owned())));
    let unknown = desk.engine.move_trigger(&desk.caller, model::ids::TriggerId(1), Place::Later).await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
}

#[tokio::test]
async fn several_are_switched_in_one_write() {
    let desk = Desk::open(patient(), []).await;
    let first = desk.trigger(created(), URL).await.trigger.id;
    let second = desk.trigger(created(), URL).await.trigger.id;
    let none = model::ids::TriggerId(1);
    let revision = async || store::domains::revisions(&desk.engine.reader()).await.unwrap()[0].1;
    let before = revision().await;
    let ids = [first, none, second, first];
    let switched = async |enabled| desk.engine.set_triggers_enabled(&desk.caller, &ids[..3], enabled).await;
    assert_eq!((switched(false).await, switched(false).await), (Ok(2), Ok(0)));
    assert_eq!(revision().await, before + 1);
    assert!(all(&desk).await.iter().all(|trigger| !trigger.draft.enabled && trigger.revision == 2));
    desk.ticket().await;
    assert!(desk.log().await.is_empty(), "none of them ran");
}

#[tokio::test]
async fn a_deleted_trigger_comes_back_as_it_was_and_runs() {
    let desk = Desk::open(patient(), [Act::Status(200)]).await;
    let id = desk.trigger(created(), URL).await.trigger.id;
    desk.trigger(created(), "http://other.example/").await;
    let before = all(&desk).await;
    desk.engine.delete_trigger(&desk.caller, id).await.unwrap();
    let back = desk.engine.restore_trigger(&desk.caller, id).await.unwrap();
    assert_eq!((back.revision, back.id), (3, id));
    let after = all(&desk).await;
    assert_eq!((&after[0].draft, after[0].position), (&before[0].draft, before[0].position));
    let again = desk.engine.restore_trigger(&desk.caller, id).await.unwrap();
    assert_eq!(again.revision, 3, "one that is there stays as it is");
    desk.ticket().await;
    desk.log_until(|log| log.len() == 2).await;
    let never = desk.engine.restore_trigger(&desk.caller, model::ids::TriggerId(1)).await;
    assert!(matches!(never, Err(Error::NotFound(_))), "{never:?}");
}

#[tokio::test]
async fn firings_are_counted_over_a_restart() {
    let desk = Desk::open(quick(), []).await;
    let id = desk.trigger(created(), URL).await.trigger.id;
    assert_eq!(desk.engine.unwritten_firings(&desk.caller, id), None);
    desk.ticket().await;
    desk.ticket().await;
    assert_eq!(desk.engine.unwritten_firings(&desk.caller, id).map(|fired| fired.times), Some(2));
    let desk = desk.restart([]).await;
    let counted = async || {
        let reader = desk.engine.reader();
        store::trigger_firings::find_many(&reader, desk.caller.domain, &[id]).await.unwrap()
    };
    let found = counted().await;
    assert_eq!((found[0].0, found[0].1.times), (id, 2));
    assert_eq!(desk.engine.unwritten_firings(&desk.caller, id), None);
}

fn test(url: &str) -> Test {
    let payload = Payload { body: "{\"Id\":1}".into(), truncated: false };
    Test { url: url.into(), payload, ticket_version: 7 }
}

#[tokio::test]
async fn a_test_says_what_was_sent_and_what_came_back() {
    let desk = Desk::open(quick(), [Act::Status(204), Act::Hang]).await;
    let talk =
        desk.engine.send_test(&desk.caller, test("http://receiver.example/hook?key=a%20b")).await.unwrap();
    let lines: Vec<&str> = talk.request_head.lines().collect();
    assert_eq!(lines[..2], ["POST /hook?key=a%20b HTTP/1.1", "host: receiver.example"]);
    for line in ["gatilho-test: true", "gatilho-ticket-version: 7", "content-length: 8"] {
        assert!(lines.contains(&line), "{line}: {lines:?}");
    }
    assert!(talk.outcome.is_accepted(), "{talk:?}");
    let silent = desk.engine.send_test(&desk.caller, test(URL)).await.unwrap();
    assert_eq!(silent.outcome, Outcome::NoAnswer);
    let none = desk.engine.send_test(&desk.caller, test("ftp://receiver.example/")).await;
    assert!(matches!(none, Err(Error::Invalid(_))), "{none:?}");
    assert!(desk.log().await.is_empty() && all(&desk).await.is_empty(), "nothing is stored");
}

#[tokio::test]
async fn a_test_needs_the_parameter_of_triggers() {
    let desk = Desk::open(patient(), []).await;
    let mut other = desk.caller.clone();
    other.grants.clear();
    let id = desk.trigger(created(), URL).await.trigger.id;
    let refused =
        |answer: Result<(), Error>| assert!(matches!(answer, Err(Error::Forbidden(_))), "{answer:?}");
    refused(desk.engine.send_test(&other, test(URL)).await.map(drop));
    refused(desk.engine.check_trigger(&other, &json!({})).await.map(drop));
    refused(desk.engine.move_trigger(&other, id, Place::Later).await.map(drop));
    refused(desk.engine.set_triggers_enabled(&other, &[id], false).await.map(drop));
    refused(desk.engine.restore_trigger(&other, id).await.map(drop));
    assert!(desk.receivers.seen().is_empty());
}
