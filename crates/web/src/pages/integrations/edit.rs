//! `GET /settings/account/integrations/{id}/edit`.

use super::typed::Typed;
use super::view::{Beside, show};
use crate::Shared;
use crate::error::Failure;
use crate::path::Id;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use model::ids::IntegrationId;

/// Shows the form of an integration as it stands.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<IntegrationId>,
) -> Result<Response, Failure> {
    let half = app.engine.integration(&viewer.caller, id)?;
    show(&app, &viewer, Some(&half), Typed::of(&half), Beside::default()).await
}
