//! `GET /settings/automation/test-receiver`: the receiver's address, what is still to do until something arrives there, and
//! what has arrived.

use super::Part;
use crate::Shared;
use crate::error::Failure;
use crate::view::page::wants_part;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use model::access_profile::Grant;
use model::trigger_action::TriggerAction;

/// Triggers that are looked through for one that leads here.
const TRIGGERS: i64 = 200;

#[derive(Template)]
#[template(path = "test_receiver.html")]
struct Page {
    frame: Frame,
    t: Words,
    url: String,
    /// Id and name of the first trigger that leads here.
    trigger: Option<(String, String)>,
    part: Part,
}

/// Shows the page, or the part of it that is kept up to date.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let part = Part::read(&app, &viewer)?;
    if wants_part(&headers) {
        return page(&part);
    }
    let t = viewer.look.words;
    let url = app.engine.test_receiver_url(&viewer.caller)?;
    page(&Page {
        frame: Frame::new(&viewer, t.say("test-receiver")).under("settings").under("menu-automation"),
        t,
        trigger: trigger(&app, &viewer, &url).await?,
        url,
        part,
    })
}

/// The first trigger that calls this URL.
async fn trigger(app: &Shared, viewer: &Viewer, wanted: &str) -> Result<Option<(String, String)>, Failure> {
    let found = store::triggers::page(&app.engine.reader(), viewer.caller.domain, None, TRIGGERS).await?;
    let calls =
        |action: &TriggerAction| matches!(action, TriggerAction::Webhook { url, .. } if url == wanted);
    let first = found.into_iter().find(|trigger| trigger.draft.actions.iter().any(calls));
    Ok(first.map(|trigger| (trigger.id.to_string(), trigger.draft.name)))
}
