//! Frozen bodies: kept in memory as far as there is room, read when they are sent otherwise, cut when they are too long.

use engine::Settings;
use engine::commands::tickets::{ActionInput, TicketInput};

use crate::support::{Desk, created, new_ticket, patient};

const URL: &str = "http://receiver.example/";

#[tokio::test]
async fn a_body_without_room_in_memory_is_read_when_it_is_sent() {
    let desk = Desk::open(Settings { bodies_in_memory: 0, ..patient() }, []).await;
    desk.trigger(created(), URL).await;
    desk.ticket().await;
    let row = desk.all_delivered(1).await.remove(0);
    let stored = store::changes::payload(&desk.engine.reader(), desk.caller.domain, row.payload).await;
    let (stored, truncated) = stored.unwrap().unwrap();
    let seen = desk.receivers.seen();
    assert_eq!((seen[0].body.as_str(), seen[0].header("gatilho-truncated")), (&*stored, ""));
    assert!(!truncated);
    assert_eq!(seen[0].json()["Subject"], "Printer");
}

#[tokio::test]
async fn a_body_that_is_too_long_says_that_something_is_missing() {
    for bodies_in_memory in [Settings::default().bodies_in_memory, 0] {
        let desk = Desk::open(Settings { bodies_in_memory, ..patient() }, []).await;
        desk.trigger(created(), URL).await;
        let action = ActionInput {
            description: Some("x".repeat(900_000)),
            html_description: Some(format!("<p>{}</p>", "y".repeat(900_000))),
            ..ActionInput::default()
        };
        let input = TicketInput { actions: vec![action], ..new_ticket() };
        desk.engine.create_ticket(&desk.caller, input).await.unwrap();
        desk.all_delivered(1).await;
        let seen = desk.receivers.seen();
        assert_eq!(seen[0].header("gatilho-truncated"), "true");
        assert!(seen[0].body.len() <= 1024 * 1024, "{}", seen[0].body.len());
        assert_eq!(seen[0].json()["Actions"][0]["Id"], 1, "the action is there all the same");
    }
}

#[tokio::test]
async fn two_triggers_with_the_same_events_send_one_stored_body() {
    let desk = Desk::open(patient(), []).await;
    desk.trigger(created(), URL).await;
    desk.trigger(created(), "http://beside.example/").await;
    desk.ticket().await;
    let log = desk.all_delivered(2).await;
    assert_eq!(log[0].payload, log[1].payload);
    let seen = desk.receivers.seen();
    assert_eq!(seen[0].body, seen[1].body);
    assert_ne!(seen[0].id(), seen[1].id());
}
