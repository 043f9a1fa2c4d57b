//! `POST /settings/people/new`: makes a person.

use super::address;
use super::fields::Fields;
use super::view::Page;
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

/// Makes the person and leads to their page, where they can be given a password.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    let fields = Fields::read(&mut form);
    let id = Some(fields.id.clone()).filter(|id| !id.is_empty());
    let (status, faults) = match app.engine.create_person(&viewer.caller, id, fields.input(None)).await {
        Ok(person) => return Ok(go_with_note(&address(&person.reference.id), "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page { faults, ..Page::new(&app, &viewer, fields) })
}
