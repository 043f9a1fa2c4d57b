//! `GET /settings/account/keys`.

use super::Keys;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;

/// Shows the keys, oldest first.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingApiKeys)?;
    let cursor = Form::of(uri.query().unwrap_or_default()).text("cursor");
    page(&Keys::read(&app, &viewer, &cursor).await?)
}
