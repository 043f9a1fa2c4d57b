//! `PATCH /api/v1/custom-fields/{id}`: replaces the members that are given.

use super::form::{CustomFieldForm, CustomFieldPatch, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::classification::Noun;
use model::ids::CustomFieldId;

/// Change a custom field
///
/// The rules given take the place of all it has; one without a number is new.
#[utoipa::path(patch, path = "/api/v1/custom-fields/{id}", operation_id = "updateCustomField", tag = "classification",
    params(("id" = String, Path, description = "The custom field.")),
    request_body = CustomFieldPatch,
    responses(
        (status = 200, description = "The custom field as it stands now.", body = CustomFieldForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<CustomFieldId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<CustomFieldForm>, Failure> {
    let words = app.engine.update_word(&caller, Noun::CustomField, id.0, &patch).await?;
    found(&words, id).map(Json)
}
