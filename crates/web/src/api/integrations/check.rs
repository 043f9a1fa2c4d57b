//! `POST /api/v1/integrations/check`: asks the other side whether it would let itself be linked.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::members::Members;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::access_profile::Grant;
use utoipa::ToSchema;

/// Characters that are read of either.
const TYPED_MAX: usize = 8_192;

/// Whom to ask.
#[derive(ToSchema)]
#[schema(as = IntegrationCheck)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what is read")]
pub(crate) struct CheckBody {
    /// The public URL of the other side's server.
    url: String,
    /// A key of the other domain.
    key: String,
}

/// Check the other side
///
/// Makes nothing. A refusal names `url` or `key` and says what is wrong with it.
#[utoipa::path(post, path = "/api/v1/integrations/check", operation_id = "checkIntegration", tag = "integrations",
    request_body = CheckBody,
    responses(
        (status = 204, description = "An integration could be set up."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<StatusCode, Failure> {
    caller.require(Grant::AllowManagingIntegrations)?;
    let mut members = Members::of(&json);
    let (url, key) = (members.text("url", TYPED_MAX), members.text("key", TYPED_MAX));
    members.need("url");
    members.need("key");
    members.end()?;
    let (url, key) = (url.unwrap_or_default(), key.unwrap_or_default());
    app.engine.check_other_side(&caller, &app.public_url, &url, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
