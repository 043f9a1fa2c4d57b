//! `GET /settings/classification`: leads to the statuses.

use super::kind::Kind;
use crate::error::Failure;
use crate::view::Viewer;
use crate::view::page::go;
use axum::response::Response;
use model::access_profile::Grant;
use model::classification::Noun;

/// Leads to the first of the pages.
pub(crate) async fn handle(viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingClassification)?;
    Ok(go(&Kind(Noun::Status).address()))
}
