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
use model::ids::IntegrationId;
use utoipa::ToSchema;

/// Characters that are read of either.
const TYPED_MAX: usize = 8_192;

/// Whom to ask: an address with a key, or the other side of an integration.
#[derive(ToSchema)]
#[schema(as = IntegrationCheck)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what is read")]
pub(crate) struct CheckBody {
    /// The public URL of the other side's server.
    url: Option<String>,
    /// A key of the other domain.
    key: Option<String>,
    /// An integration, instead of both.
    integration: Option<String>,
}

/// Check the other side
///
/// Makes nothing. Of an integration that was set up here, the key that set it up is asked with, and the other half how it
/// stands. A refusal names `url` or `key` and says what is wrong with it.
#[utoipa::path(post, path = "/api/v1/integrations/check", operation_id = "checkIntegration", tag = "integrations",
    request_body = CheckBody,
    responses(
        (status = 204, description = "An integration could be set up, or stands."),
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
    let wanted = "the id of an integration";
    let integration = members.word("integration", wanted, |text| text.parse::<IntegrationId>().ok());
    if integration.is_none() {
        members.need("url");
        members.need("key");
    }
    members.end()?;
    if let Some(integration) = integration {
        app.engine.check_integration(&caller, &app.public_url, integration).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    let (url, key) = (url.unwrap_or_default(), key.unwrap_or_default());
    app.engine.check_other_side(&caller, &app.public_url, &url, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
