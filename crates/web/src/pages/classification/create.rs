//! `POST /settings/classification/{kind}`: makes a word.

use super::kind::Kind;
use super::typed::Typed;
use super::view::Page;
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

/// Makes the word; it goes last.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(kind): Id<Kind>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingClassification)?;
    let new = Typed::read(&mut form);
    let made = match new.whole(kind.0, &app.engine.classification(viewer.caller.domain)) {
        Ok(json) => app.engine.create_word(&viewer.caller, kind.0, &json).await,
        Err(fault) => Err(Error::Invalid(vec![fault])),
    };
    let (status, faults) = match made {
        Ok(_) => return Ok(go_with_note(&kind.address(), "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    page_with(status, &Page { new, faults, ..Page::read(&app, &viewer, kind, "") })
}
