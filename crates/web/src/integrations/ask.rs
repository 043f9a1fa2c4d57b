//! `POST /integrations/{id}/ask`: the other half asks this one.

use crate::Shared;
use crate::auth::bearer;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Replied;
use http::{HeaderMap, header};
use model::ids::IntegrationId;
use model::integration::Ask;
use model::wording::Text;

/// Answer the other half
///
/// Between two Gatilhos: what happened to a ticket, a file, the number of a counterpart, what both halves share, how this
/// one stands. `Authorization: Bearer` shows the secret that this half gave the other one.
#[utoipa::path(post, path = "/integrations/{id}/ask", operation_id = "askIntegration", tag = "integrations",
    params(("id" = String, Path, description = "This half of the integration.")),
    request_body(content = Object, description = "The question; its member `ask` says which."),
    responses(
        (status = 200, description = "The answer.", content(
            (Option<serde_json::Value> = "application/json"),
            (Vec<u8> = "application/octet-stream"),
        )),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Id(id): Id<IntegrationId>,
    headers: HeaderMap,
    _: NoQuery,
    body: Result<JsonBody, Failure>,
) -> Result<Response, Failure> {
    let secret = headers.get(header::AUTHORIZATION).and_then(|value| bearer(value.to_str().ok()?));
    app.engine.check_half(id, secret.unwrap_or_default())?;
    let JsonBody(json) = body?;
    let ask: Ask =
        serde_json::from_value(json).map_err(|error| Failure::fault("", Text::given(error.to_string())))?;
    Ok(match app.engine.reply(id, secret.unwrap_or_default(), ask).await? {
        Replied::Json(json) => Json(json).into_response(),
        Replied::Bytes(bytes) => {
            ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
        }
    })
}
