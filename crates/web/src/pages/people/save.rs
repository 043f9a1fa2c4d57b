//! `POST /settings/people/{id}`: changes a person.

use super::address;
use super::fields::Fields;
use super::view::{Page, find};
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

/// Saves what was typed; faults stand beside it.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<String>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingPeople)?;
    let person = find(&app, &viewer, &id).await?;
    let mut fields = Fields::read(&mut form);
    fields.id.clone_from(&id);
    let saved = app.engine.update_person(&viewer.caller, &id, fields.input(Some(&person))).await;
    let (status, faults) = match saved {
        Ok(_) => return Ok(go_with_note(&address(&id), "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page { faults, fields, ..Page::of(&app, &viewer, &person).await? })
}
