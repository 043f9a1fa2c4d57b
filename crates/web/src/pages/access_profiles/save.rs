//! `POST /settings/people/access-profiles/{id}`: changes an access profile.

use super::PATH;
use super::view::{Page, Typed, find};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::faults::Faults;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use http::StatusCode;
use model::access_profile::Grant;
use model::ids::AccessProfileId;

/// Saves it: in force at the next request of its people, also of those who are signed in.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<AccessProfileId>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingAccessProfiles)?;
    let profile = find(&app, &viewer, id)?;
    let mut typed = Typed::read(&mut form);
    profile.user_type.as_str().clone_into(&mut typed.user_type);
    let (status, faults) = match app.engine.update_access_profile(&viewer.caller, id, typed.input()).await {
        Ok(_) => return Ok(go_with_note(&format!("{PATH}/{id}"), "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page::with(&viewer, Some(&profile), typed, faults))
}
