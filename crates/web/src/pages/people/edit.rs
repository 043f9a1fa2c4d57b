//! `GET /settings/people/{id}`.

use super::view::{Page, find};
use crate::Shared;
use crate::error::Failure;
use crate::path::Id;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;

/// Shows a person; those who may not change people see the fields as they stand.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<String>,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowReadingPeople)?;
    let person = find(&app, &viewer, &id).await?;
    page(&Page::of(&app, &viewer, &person).await?)
}
