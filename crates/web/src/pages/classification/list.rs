//! `GET /settings/classification/{kind}`.

use super::kind::Kind;
use super::view::Page;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;

/// Shows the words of a kind.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(kind): Id<Kind>,
    uri: Uri,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingClassification)?;
    let cursor = Form::of(uri.query().unwrap_or_default()).text("cursor");
    page(&Page::read(&app, &viewer, kind, &cursor))
}
