//! `GET /settings/people/new`.

use super::fields::Fields;
use super::view::Page;
use crate::Shared;
use crate::error::Failure;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;

/// Shows the empty form.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingPeople)?;
    page(&Page::new(&app, &viewer, Fields::fresh()))
}
