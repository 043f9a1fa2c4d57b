//! `GET /settings/people/access-profiles/{id}`.

use super::view::{Page, Typed, find};
use crate::Shared;
use crate::error::Failure;
use crate::path::Id;
use crate::view::faults::Faults;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;
use model::ids::AccessProfileId;

/// Shows a profile with its parameters.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<AccessProfileId>,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingAccessProfiles)?;
    let profile = find(&app, &viewer, id)?;
    page(&Page::with(&viewer, Some(&profile), Typed::of(&profile), Faults::default()))
}
