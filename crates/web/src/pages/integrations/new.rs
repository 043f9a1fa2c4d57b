//! `GET /settings/account/integrations/new`.

use super::typed::Typed;
use super::view::{Beside, show};
use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;

/// Shows the empty form.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingIntegrations)?;
    let typed = Typed::fresh(viewer.caller.person_id());
    show(&app, &viewer, None, typed, Beside::default()).await
}
