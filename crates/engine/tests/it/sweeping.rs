//! Retention: what is old and closed goes by itself, what is open stays however old it is.

use std::sync::Arc;
use std::time::Duration;

use engine::Settings;

use crate::support::{Desk, ManualClock, created, patient, until};

const URL: &str = "http://receiver.example/";
const HELD: &str = "http://held.example/";

#[tokio::test]
async fn the_sweep_takes_what_is_old_and_closed_and_nothing_else() {
    let clock = ManualClock::new();
    let keep = Duration::from_hours(24);
    let settings = Settings { keep, sweep_every: Duration::from_millis(30), ..patient() };
    let desk = Desk::open_at(Arc::new(clock.clone()), settings, []).await;
    desk.trigger(created(), URL).await;
    let first = desk.ticket().await;
    desk.all_delivered(1).await;
    desk.trigger(created(), HELD).await;
    desk.engine.pause_endpoint(&desk.caller, desk.endpoint(HELD).await).await.unwrap();
    let second = desk.ticket().await;
    desk.receivers.wait_for(2).await;
    until("both are recorded", async || desk.metric("gatilho_live_calls") == 0).await;
    clock.advance(keep + Duration::from_hours(1));
    let third = desk.ticket().await;
    // The old deliveries that were made go, with their attempts; then what only they needed.
    until("the first change is gone", async || desk.changes(first).await.is_empty()).await;
    let mut kept: Vec<_> = desk.log().await.iter().map(|row| (row.ticket_number, row.url.clone())).collect();
    kept.sort();
    let row = |ticket: i64, url: &str| (ticket, url.to_owned());
    let mut wanted = vec![row(second, HELD), row(third, HELD), row(third, URL)];
    wanted.sort();
    assert_eq!(kept, wanted);
    assert_eq!((desk.changes(second).await.len(), desk.changes(third).await.len()), (1, 1));
    // What was held so long still goes out whole.
    desk.engine.resume_endpoint(&desk.caller, desk.endpoint(HELD).await).await.unwrap();
    desk.receivers.wait_until(|ledger| ledger.seen_at(HELD) == 2).await;
    let mut told: Vec<_> =
        desk.receivers.seen().iter().filter(|call| call.url == HELD).map(|call| call.ticket()).collect();
    told.sort_unstable();
    assert_eq!(told, [second, third]);
}
