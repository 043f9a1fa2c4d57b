//! `POST /settings/people/access-profiles/new`: makes an access profile.

use super::PATH;
use super::view::{Page, Typed};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::faults::Faults;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use http::StatusCode;

/// Makes it and leads back to the list.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    let typed = Typed::read(&mut form);
    let (status, faults) = match app.engine.create_access_profile(&viewer.caller, typed.input()).await {
        Ok(_) => return Ok(go_with_note(PATH, "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page::with(&viewer, None, typed, faults))
}
