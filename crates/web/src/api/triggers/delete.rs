//! `DELETE /api/v1/triggers/{id}`: takes a trigger away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::ids::TriggerId;

/// Delete a trigger
///
/// Its deliveries go on and keep its name.
#[utoipa::path(delete, path = "/api/v1/triggers/{id}", operation_id = "deleteTrigger", tag = "triggers",
    params(("id" = String, Path, description = "The trigger.")),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<TriggerId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_trigger(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
