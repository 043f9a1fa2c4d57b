//! `POST /tickets/{number}`: changes the fields of a ticket that somebody touched.

use super::address;
use super::fields::Fields;
use super::show::seen;
use super::view::{Page, Parts};
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
use model::wording::Text;

/// Saves what was typed; faults stand beside it.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(number): Id<i64>,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingTickets)?;
    let ticket = seen(&app, &viewer, number).await?;
    if viewer.caller.is_only_client() {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            Text::given(viewer.look.words.say("ticket-agents-only")),
        ));
    }
    let (was, fields) = (Fields::read(&mut form, "was-"), Fields::read(&mut form, ""));
    let input = fields.input(&was, &app.engine.classification(viewer.caller.domain));
    let (status, faults) = match app.engine.update_ticket(&viewer.caller, number, input).await {
        Ok(()) => return Ok(go_with_note(&address(number), "saved")),
        Err(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, Faults(faults)),
        Err(Error::Conflict(why)) => (StatusCode::CONFLICT, Faults::whole(why)),
        Err(error) => return Err(error.into()),
    };
    let page = Page::of(&app, &viewer, &ticket, Parts::default()).await?;
    let mut page = page.with_fields(&app, &viewer, &ticket, fields).await?;
    (page.faults, page.was) = (faults, was);
    page_with(status, &page)
}
