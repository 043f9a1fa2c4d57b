//! `POST /settings/people/access-profiles/{id}/delete`.

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

/// Deletes a profile that nobody has; else its page says why not.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<AccessProfileId>,
    _: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingAccessProfiles)?;
    let profile = find(&app, &viewer, id)?;
    match app.engine.delete_access_profile(&viewer.caller, id).await {
        Ok(()) => Ok(go_with_note(PATH, "deleted")),
        Err(Error::Conflict(why)) => {
            let typed = Typed::of(&profile);
            page_with(StatusCode::CONFLICT, &Page::with(&viewer, Some(&profile), typed, Faults::whole(why)))
        }
        Err(error) => Err(error.into()),
    }
}
