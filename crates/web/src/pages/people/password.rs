//! `POST /settings/people/{id}/password`: gives somebody a password, to be changed at their next log-in.

use super::address;
use super::view::{Page, find};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::faults::Faults;
use crate::view::page::{go_with_note, page_with};
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::commands::passwords::NewPassword;
use http::StatusCode;
use model::access_profile::Grant;

/// Sets the password that was typed, or makes one and shows it, this once.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<String>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingPeople)?;
    let person = find(&app, &viewer, &id).await?;
    let typed = form.text("password");
    let user = Some(person.texts.user_name.clone()).filter(|name| !name.is_empty());
    let new = NewPassword { user, password: (!typed.is_empty()).then(|| typed.into()) };
    let (status, password_faults) = match app.engine.reset_password(&viewer.caller, &id, new).await {
        Ok(None) => return Ok(go_with_note(&address(&id), "password-set")),
        Ok(made) => return page(&Page { made, ..Page::of(&app, &viewer, &person).await? }),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page { password_faults, ..Page::of(&app, &viewer, &person).await? })
}
