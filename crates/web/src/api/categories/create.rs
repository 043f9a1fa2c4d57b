//! `POST /api/v1/categories`: makes a category.

use super::form::{CategoryBody, CategoryForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::classification::Noun;
use model::ids::CategoryId;

/// Make a category
#[utoipa::path(post, path = "/api/v1/categories", operation_id = "createCategory", tag = "classification",
    request_body = CategoryBody,
    responses(
        (status = 201, description = "The category; `location` leads to it.", body = CategoryForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let (id, words) = app.engine.create_word(&caller, Noun::Category, &json).await?;
    let id = CategoryId(id);
    let location = format!("/api/v1/categories/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(found(&words, id)?)).into_response())
}
