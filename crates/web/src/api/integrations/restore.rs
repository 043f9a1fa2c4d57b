//! `POST /api/v1/integrations/{id}/restore`: puts both triggers back.

use super::form::IntegrationForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::IntegrationId;

/// Put an integration's triggers back
///
/// On both sides they become what was agreed, whatever was changed by hand.
#[utoipa::path(post, path = "/api/v1/integrations/{id}/restore", operation_id = "restoreIntegration", tag = "integrations",
    params(("id" = String, Path, description = "The integration.")),
    responses(
        (status = 200, description = "The integration as it stands now.", body = IntegrationForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<IntegrationId>,
    _: NoQuery,
    _: NoBody,
) -> Result<Json<IntegrationForm>, Failure> {
    let half = app.engine.restore_integration(&caller, &app.public_url, id).await?;
    Ok(Json(IntegrationForm::from(&*half)))
}
