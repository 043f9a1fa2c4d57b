//! `POST /settings/account/integrations/{id}/edit`: a button of the form of an integration.

use super::submit::answer;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use model::ids::IntegrationId;

/// Saves it, or shows the form again with what the button did.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<IntegrationId>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let half = app.engine.integration(&viewer.caller, id)?;
    answer(&app, &viewer, Some(&half), &headers, form).await
}
