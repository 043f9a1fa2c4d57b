//! `POST /api/v1/integrations/halves`: another domain sets up an integration with this one.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use model::access_profile::Grant;
use model::integration::Offer;
use model::wording::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// The half that was made, or taken away.
#[derive(Serialize, ToSchema)]
#[schema(as = IntegrationHalf)]
pub(crate) struct HalfForm {
    id: String,
    /// What opens the one that was made; told this once.
    secret: String,
}

/// Accept an integration
///
/// Asked by another Gatilho, with a key of this domain. Makes this domain's half, and an enabled trigger that tells the other
/// side what happens here; or takes them away when the answer to the same offer was lost.
#[utoipa::path(post, path = "/api/v1/integrations/halves", operation_id = "acceptIntegration", tag = "integrations",
    request_body(content = Object, description = "What the other Gatilho offers."),
    responses(
        (status = 201, description = "Made; possible, when it was a mere question; or taken away.", body = HalfForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<(StatusCode, Json<HalfForm>), Failure> {
    caller.require(Grant::AllowCreatingTriggers)?;
    let offer: Offer =
        serde_json::from_value(json).map_err(|error| Failure::fault("", Text::given(error.to_string())))?;
    let made = app.engine.accept_integration(&caller, offer).await?;
    Ok((StatusCode::CREATED, Json(HalfForm { id: made.id.to_string(), secret: made.secret })))
}
