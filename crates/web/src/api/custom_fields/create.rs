//! `POST /api/v1/custom-fields`: makes a custom field.

use super::form::{CustomFieldBody, CustomFieldForm, found};
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
use model::ids::CustomFieldId;

/// Make a custom field
///
/// Its kind never changes. Rules without a number are new and get one.
#[utoipa::path(post, path = "/api/v1/custom-fields", operation_id = "createCustomField", tag = "classification",
    request_body = CustomFieldBody,
    responses(
        (status = 201, description = "The custom field; `location` leads to it.", body = CustomFieldForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let (id, words) = app.engine.create_word(&caller, Noun::CustomField, &json).await?;
    let id = CustomFieldId(id);
    let location = format!("/api/v1/custom-fields/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(found(&words, id)?)).into_response())
}
