//! `POST /settings/automation/test-receiver/trigger`: makes a trigger that tells the test receiver of each new ticket.

use super::PATH;
use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;
use serde_json::json;

/// Makes it and leads back.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let url = app.engine.test_receiver_url(&viewer.caller)?;
    let trigger = json!({
        "name": viewer.look.words.say("test-trigger-name"),
        "type": "ticket",
        "conditions": { "all": [{ "field": "ticket", "operator": "created" }] },
        "actions": [{ "kind": "webhook", "url": url }],
    });
    app.engine.create_trigger(&viewer.caller, &trigger).await?;
    Ok(go_with_note(PATH, "test-trigger-made"))
}
