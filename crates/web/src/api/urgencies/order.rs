//! `PUT /api/v1/urgencies/order`: puts the urgencies into an order.

use crate::Shared;
use crate::api::words::{OrderBody, read_order};
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::UrgencyId;

/// Put the urgencies in order
///
/// The lowest first.
#[utoipa::path(put, path = "/api/v1/urgencies/order", operation_id = "orderUrgencies", tag = "classification",
    request_body = OrderBody,
    responses(
        (status = 204, description = "They are in this order from now on."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<StatusCode, Failure> {
    let ids = read_order(&json, |id: UrgencyId| id.0)?;
    app.engine.order_words(&caller, Noun::Urgency, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
