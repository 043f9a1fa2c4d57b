//! `POST /integrations/{id}/receive?secret=…`: something happened to a ticket of the other domain.

use crate::Shared;
use crate::auth::CAUSE;
use crate::body::Body;
use crate::error::Failure;
use crate::path::Id;
use crate::query::Query;
use axum::extract::State;
use http::HeaderMap;
use model::ids::IntegrationId;
use serde::Deserialize;
use utoipa::ToSchema;

/// Of a webhook's body, what is needed: the rest is asked for.
#[derive(Deserialize, ToSchema)]
#[schema(as = IntegrationMessage)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Message {
    /// The ticket's number over there.
    id: i64,
}

/// Take over what happened to a ticket of the other domain
///
/// The webhook of the other half's trigger comes here. Answered with 200 once everything that crosses is stored; what is
/// refused is told again. The body is that of a webhook.
#[utoipa::path(post, path = "/integrations/{id}/receive", operation_id = "receiveFromIntegration", tag = "integrations",
    params(
        ("id" = String, Path, description = "This half of the integration."),
        ("secret" = String, Query, description = "What opens it."),
    ),
    request_body = Message,
    responses(
        (status = 200, description = "Taken over, now or earlier.", body = String),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Id(id): Id<IntegrationId>,
    mut query: Query,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<&'static str, Failure> {
    let secret = query.text("secret").unwrap_or_default();
    query.finish()?;
    let message: Result<Message, _> = serde_json::from_slice(&body);
    let cause = headers.get(CAUSE).and_then(|cause| cause.to_str().ok());
    // Who shows no secret learns nothing of what a body must be.
    let number = message.as_ref().map_or(0, |message| message.id);
    app.engine.receive(id, &secret, number, cause).await?;
    message.map(|_| "Ok").map_err(|error| crate::body::syntax(&error))
}
