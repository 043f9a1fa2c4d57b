//! `GET /api/v1/integrations/{id}`: one integration, and how it fares.

use super::form::IntegrationForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::IntegrationId;

/// Read an integration
///
/// With what waits in either direction, what the last attempts ran into, and hand-made changes of the triggers. The other
/// side is asked for its part.
#[utoipa::path(get, path = "/api/v1/integrations/{id}", operation_id = "getIntegration", tag = "integrations",
    params(("id" = String, Path, description = "The integration.")),
    responses(
        (status = 200, description = "The integration.", body = IntegrationForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<IntegrationId>,
    _: NoQuery,
) -> Result<Json<IntegrationForm>, Failure> {
    let half = app.engine.integration(&caller, id)?;
    let standings = app.engine.standings(&half).await?;
    Ok(Json(IntegrationForm::from(&*half).standing(standings, app.engine.now())))
}
