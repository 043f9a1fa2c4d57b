//! `DELETE /api/v1/urgencies/{id}`: takes an urgency away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::UrgencyId;

/// Take an urgency away
///
/// When tickets have it or something else names it, it goes out of use instead.
#[utoipa::path(delete, path = "/api/v1/urgencies/{id}", operation_id = "deleteUrgency", tag = "classification",
    params(("id" = String, Path, description = "The urgency.")),
    responses(
        (status = 204, description = "Gone, or out of use."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<UrgencyId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_word(&caller, Noun::Urgency, id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
