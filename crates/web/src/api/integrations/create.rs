//! `POST /api/v1/integrations`: sets up an integration with another domain.

use super::form::{IntegrationBody, IntegrationForm, read};
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
use model::access_profile::Grant;

/// Set up an integration
///
/// The other side is asked at once and makes its half with a trigger of its own. When it refuses, it says why, and nothing
/// is made on either side.
#[utoipa::path(post, path = "/api/v1/integrations", operation_id = "createIntegration", tag = "integrations",
    request_body = IntegrationBody,
    responses(
        (status = 201, description = "The integration; `location` leads to it.", body = IntegrationForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    caller.require(Grant::AllowManagingIntegrations)?;
    let half = app.engine.create_integration(&caller, &app.public_url, read(&json)?).await?;
    let location = format!("/api/v1/integrations/{}", half.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(IntegrationForm::from(&*half))).into_response())
}
