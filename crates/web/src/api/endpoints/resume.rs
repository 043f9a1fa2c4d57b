//! `POST /api/v1/endpoints/{id}/resume`: lets an endpoint's deliveries go on.

use super::form::EndpointForm;
use super::show::answer;
use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::EndpointId;

/// Resume an endpoint
///
/// Its deliveries go on.
#[utoipa::path(post, path = "/api/v1/endpoints/{id}/resume", operation_id = "resumeEndpoint", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint.")),
    responses(
        (status = 200, description = "The endpoint as it stands now.", body = EndpointForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<EndpointId>,
    _: NoQuery,
    _: NoBody,
) -> Result<Json<EndpointForm>, Failure> {
    app.engine.resume_endpoint(&caller, id).await?;
    answer(&app, &caller, id).await
}
