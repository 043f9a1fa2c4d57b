//! `POST /settings/automation/triggers/new`: a button of the form of a new trigger.

use super::form::answer;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

/// Makes the trigger, or shows the form again with what the button did.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    answer(&app, &viewer, None, &headers, form).await
}
