//! `GET /tickets/new`.

use super::opening::{Page, Typed};
use crate::Shared;
use crate::error::Failure;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;

/// Shows the empty form.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingTickets)?;
    page(&Page::with(&app, &viewer, Typed::default()).await?)
}
