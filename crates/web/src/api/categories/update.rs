//! `PATCH /api/v1/categories/{id}`: replaces the members that are given.

use super::form::{CategoryForm, CategoryPatch, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::classification::Noun;
use model::ids::CategoryId;

/// Change a category
///
/// Triggers that name it get its new name at once; tickets do at their next change.
#[utoipa::path(patch, path = "/api/v1/categories/{id}", operation_id = "updateCategory", tag = "classification",
    params(("id" = String, Path, description = "The category.")),
    request_body = CategoryPatch,
    responses(
        (status = 200, description = "The category as it stands now.", body = CategoryForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<CategoryId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<CategoryForm>, Failure> {
    let words = app.engine.update_word(&caller, Noun::Category, id.0, &patch).await?;
    found(&words, id).map(Json)
}
