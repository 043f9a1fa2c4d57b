//! `POST /settings/people/teams/{id}`: renames a team, takes it out of use or back.

use super::{PATH, Teams};
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
use engine::commands::teams::TeamInput;
use http::StatusCode;
use model::ids::TeamId;

/// Does what the button says: with `active` the name stays.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TeamId>,
    mut form: Form,
) -> Result<Response, Failure> {
    let name = form.text("name").trim().to_owned();
    let input = match form.text("active").as_str() {
        "yes" => TeamInput { name: None, is_active: Some(true) },
        "no" => TeamInput { name: None, is_active: Some(false) },
        _ => TeamInput { name: Some(name.clone()), is_active: None },
    };
    let (status, faults) = match app.engine.update_team(&viewer.caller, id, input).await {
        Ok(_) => return Ok(go_with_note(PATH, "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Teams::again(&app, &viewer, id, name, faults))
}
