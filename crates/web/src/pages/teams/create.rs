//! `POST /settings/people/teams`: makes a team.

use super::{PATH, Teams};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::faults::Faults;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::commands::teams::TeamInput;
use http::StatusCode;

/// Makes a team of that name.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    let name = form.text("name").trim().to_owned();
    let input = TeamInput { name: Some(name.clone()), is_active: None };
    let (status, faults) = match app.engine.create_team(&viewer.caller, input).await {
        Ok(_) => return Ok(go_with_note(PATH, "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Teams { name, faults, ..Teams::read(&app, &viewer, "") })
}
