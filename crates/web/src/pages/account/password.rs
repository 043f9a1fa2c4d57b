//! `POST /account/password`: changes one's own password.

use super::Account;
use crate::Shared;
use crate::auth::source::Asked;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use http::StatusCode;
use model::fault::Fault;

/// Changes the password; other sessions end.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    asked: Asked,
    mut form: Form,
) -> Result<Response, Failure> {
    let pair = (form.text("old").into(), form.text("new").into());
    let changed = app.engine.change_password(&viewer.caller, Some(viewer.session), pair, &asked.source).await;
    let faults = match changed {
        Ok(()) => return Ok(go_with_note("/account", "password-changed")),
        Err(Error::Invalid(faults)) => faults,
        Err(error) => return Err(error.into()),
    };
    let mut account = Account::read(&app, &viewer).await?;
    let of = |field: &str| faults.iter().any(|fault: &Fault| fault.field == field);
    let t = account.t;
    account.old_fault = of("old").then(|| t.say("password-old-wrong"));
    account.new_fault = of("new").then(|| t.say("password-new-unfit"));
    page_with(StatusCode::BAD_REQUEST, &account)
}
