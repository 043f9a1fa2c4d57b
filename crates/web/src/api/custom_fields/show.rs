//! `GET /api/v1/custom-fields/{id}`: one custom field.

use super::form::{CustomFieldForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::CustomFieldId;

/// Read a custom field
#[utoipa::path(get, path = "/api/v1/custom-fields/{id}", operation_id = "getCustomField", tag = "classification",
    params(("id" = String, Path, description = "The custom field.")),
    responses(
        (status = 200, description = "The custom field.", body = CustomFieldForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<CustomFieldId>,
    _: NoQuery,
) -> Result<Json<CustomFieldForm>, Failure> {
    found(&app.engine.classification(caller.domain), id).map(Json)
}
