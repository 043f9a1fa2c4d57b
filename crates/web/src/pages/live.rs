//! `GET /live`: tells a page by server-sent events that something changed in the execution log, under the bell or at the test receiver. What
//! changed the page asks for itself.

use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use engine::Caller;
use futures_util::stream::{self, Stream};
use model::access_profile::Grant;
use std::convert::Infallible;
use std::time::Duration;
use store::db::ReadError;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What is newest.
#[derive(Debug, PartialEq, Eq, Default)]
struct Mark {
    delivery: Option<(i64, i64)>,
    notice: Option<(i64, i64)>,
    test: Option<u64>,
}

/// Tells of changes until the reader goes away or the server stops.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let seen = look(&app, &viewer.caller).await?;
    let events = stream::unfold((app, viewer.caller, seen), |(app, caller, seen)| async move {
        let now = next(&app, &caller, &seen).await?;
        // Browsers do not hand on an event without data.
        Some((Ok(Event::default().event("changed").data("now")), (app, caller, now)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Waits for something new; none when the server stops.
async fn next(app: &Shared, caller: &Caller, seen: &Mark) -> Option<Mark> {
    while app.engine.is_ready() {
        tokio::time::sleep(LOOK_EVERY).await;
        match look(app, caller).await {
            Ok(mark) if mark != *seen => return Some(mark),
            // A database that is away for a moment is no news.
            Ok(_) | Err(_) => {}
        }
    }
    None
}

async fn look(app: &Shared, caller: &Caller) -> Result<Mark, ReadError> {
    let (reader, domain) = (app.engine.reader(), caller.domain);
    let newest = store::log::page(&reader, domain, &store::log::Filter::default(), None, 1).await?;
    let notices = store::notices::page(&reader, domain, caller.person_id(), None, 1).await?;
    // Who may not see it was refused before.
    let tests = app.engine.test_requests(caller).unwrap_or_default();
    Ok(Mark {
        test: tests.first().map(|request| request.number),
        delivery: newest.first().map(|row| (row.updated_at.0, row.id.0)),
        notice: notices.first().map(|notice| (notice.updated_at.0, notice.id.0)),
    })
}
