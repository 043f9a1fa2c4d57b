//! `GET /api/v1/categories/{id}`: one category.

use super::form::{CategoryForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::CategoryId;

/// Read a category
#[utoipa::path(get, path = "/api/v1/categories/{id}", operation_id = "getCategory", tag = "classification",
    params(("id" = String, Path, description = "The category.")),
    responses(
        (status = 200, description = "The category.", body = CategoryForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<CategoryId>,
    _: NoQuery,
) -> Result<Json<CategoryForm>, Failure> {
    found(&app.engine.classification(caller.domain), id).map(Json)
}
