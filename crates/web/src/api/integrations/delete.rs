//! `DELETE /api/v1/integrations/{id}`: removes an integration on both sides.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::Query;
use axum::extract::State;
use http::StatusCode;
use model::ids::IntegrationId;

/// Remove an integration
///
/// Both halves and their triggers are gone; tickets keep the numbers of their counterparts.
#[utoipa::path(delete, path = "/api/v1/integrations/{id}", operation_id = "deleteIntegration", tag = "integrations",
    params(
        ("id" = String, Path, description = "The integration."),
        ("anyway" = Option<bool>, Query, description = "Also when the other side does not answer: it is removed here alone."),
    ),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<IntegrationId>,
    mut query: Query,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    let anyway = query.flag("anyway");
    query.finish()?;
    app.engine.delete_integration(&caller, id, anyway).await?;
    Ok(StatusCode::NO_CONTENT)
}
