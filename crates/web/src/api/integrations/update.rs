//! `PATCH /api/v1/integrations/{id}`: replaces the members that are given.

use super::form::{IntegrationForm, IntegrationPatch, read_patch};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::IntegrationId;

/// Change an integration
///
/// What both halves share is agreed with the other one first. Disabling stops the crossing on both sides, here also when the
/// other side does not answer.
#[utoipa::path(patch, path = "/api/v1/integrations/{id}", operation_id = "updateIntegration", tag = "integrations",
    params(("id" = String, Path, description = "The integration.")),
    request_body = IntegrationPatch,
    responses(
        (status = 200, description = "The integration as it stands now.", body = IntegrationForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<IntegrationId>,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Json<IntegrationForm>, Failure> {
    caller.require(Grant::AllowManagingIntegrations)?;
    let half = app.engine.update_integration(&caller, &app.public_url, id, read_patch(&json)?).await?;
    Ok(Json(IntegrationForm::from(&*half)))
}
