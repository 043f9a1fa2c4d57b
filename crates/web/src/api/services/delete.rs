//! `DELETE /api/v1/services/{id}`: takes a service away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::ServiceId;

/// Take a service away
///
/// When tickets have it or something else names it, it goes out of use instead. One with others below it stays.
#[utoipa::path(delete, path = "/api/v1/services/{id}", operation_id = "deleteService", tag = "classification",
    params(("id" = String, Path, description = "The service.")),
    responses(
        (status = 204, description = "Gone, or out of use."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<ServiceId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_word(&caller, Noun::Service, id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
