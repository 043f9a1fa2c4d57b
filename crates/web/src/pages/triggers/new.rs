//! `GET /settings/automation/triggers/new`: the empty form.

use super::builder::{Draft, Extras};
use super::form::show;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;

/// Shows the form with what it begins with; `?receiver=test` lets it call the test receiver.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let mut draft = Draft::fresh();
    if Form::of(uri.query().unwrap_or_default()).text("receiver") == "test"
        && let Some(webhook) = draft.actions.first_mut()
    {
        webhook.set("url", app.engine.test_receiver_url(&viewer.caller)?);
    }
    show(&app, &viewer, None, draft, Extras::default()).await
}
