//! `GET /notices/bell`: the bell alone, for pages that keep it up to date.

use crate::error::Failure;
use crate::view::{Viewer, page};
use axum::response::Response;
use model::access_profile::Grant;

/// Answers the bell.
pub(crate) async fn handle(viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let bell = viewer.bell.ok_or_else(|| Failure::internal("the bell could not be read"))?;
    page(&bell)
}
