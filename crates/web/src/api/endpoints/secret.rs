//! `POST /api/v1/endpoints/{id}/secret`: makes a new signing secret, shown this once.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use model::ids::EndpointId;
use serde::Serialize;
use utoipa::ToSchema;

/// A new signing secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Secret)]
pub(crate) struct SecretForm {
    /// `whsec_…`, as Standard Webhooks writes it.
    secret: String,
}

/// Make a new signing secret
///
/// It is shown this once. The old one signs beside it for 24 h.
#[utoipa::path(post, path = "/api/v1/endpoints/{id}/secret", operation_id = "rotateEndpointSecret", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint.")),
    responses(
        (status = 200, description = "The secret.", body = SecretForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<EndpointId>,
    _: NoQuery,
    _: NoBody,
) -> Result<Response, Failure> {
    let secret = app.engine.rotate_secret(&caller, id).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(SecretForm { secret })).into_response())
}
