//! `DELETE /api/v1/custom-fields/{id}`: takes a custom field away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::CustomFieldId;

/// Take a custom field away
///
/// When tickets have it, it goes out of use instead.
#[utoipa::path(delete, path = "/api/v1/custom-fields/{id}", operation_id = "deleteCustomField", tag = "classification",
    params(("id" = String, Path, description = "The custom field.")),
    responses(
        (status = 204, description = "Gone, or out of use."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<CustomFieldId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_word(&caller, Noun::CustomField, id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
