//! `POST /settings/account/integrations/new`: a button of the form of a new integration.

use super::submit::answer;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

/// Sets the integration up, or shows the form again with what the button did.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    answer(&app, &viewer, None, &headers, form).await
}
