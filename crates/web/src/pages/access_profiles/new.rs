//! `GET /settings/people/access-profiles/new`.

use super::view::{Page, Typed};
use crate::error::Failure;
use crate::view::faults::Faults;
use crate::view::{Viewer, page};
use axum::response::Response;
use model::access_profile::{Grant, UserType};

/// Shows the empty form.
pub(crate) async fn handle(viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingAccessProfiles)?;
    let typed = Typed { user_type: UserType::Agents.as_str().into(), ..Typed::default() };
    page(&Page::with(&viewer, None, typed, Faults::default()))
}
