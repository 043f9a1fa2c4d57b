//! `GET /settings/people/teams`.

use super::Teams;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;

/// Shows the teams by name.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowReadingPeople)?;
    let cursor = Form::of(uri.query().unwrap_or_default()).text("cursor");
    page(&Teams::read(&app, &viewer, &cursor))
}
