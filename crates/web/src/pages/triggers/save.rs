//! `POST /settings/automation/triggers/{id}`: a button of a trigger's form.

use super::edit::find;
use super::form::answer;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use model::access_profile::Grant;
use model::ids::TriggerId;

/// Saves the trigger, or shows the form again with what the button did.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let trigger = find(&app, &viewer, id).await?;
    answer(&app, &viewer, Some(&trigger), &headers, form).await
}
