//! `POST /settings/automation/webhook-log/resend`: sends again what a filter names, and leads to where its progress shows.

use super::LOG;
use super::filter::{Asked, query};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;
use model::delivery::Shown;
use model::wording::Text;
use store::log::Filter;

/// Begins new rounds for what failed. What goes out again was updated now: the log from now on shows how far it is.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let asked = Asked::read(&app, &viewer, &mut form).await?;
    if let Some(fault) = asked.faults.first() {
        return Err(Failure::fault(fault.field, Text::given(&fault.text)));
    }
    let begun = app.engine.now();
    let filter = Filter { status: Some(Shown::Failed), ..asked.filter };
    app.engine.resend_matching(&viewer.caller, &filter).await?;
    let progress = Filter { status: None, since: Some(begun), until: None, ..filter };
    Ok(go_with_note(&format!("{LOG}?{}", query(&progress)), "resent-matching"))
}
