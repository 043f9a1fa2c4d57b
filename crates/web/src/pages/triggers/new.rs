//! `GET /settings/automation/triggers/new`: the empty form.

use super::builder::{Draft, Extras};
use super::form::show;
use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;

/// Shows the form with what it begins with.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    show(&app, &viewer, None, Draft::fresh(), Extras::default()).await
}
