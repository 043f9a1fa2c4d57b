//! `PUT /api/v1/statuses/order`: puts the statuses into an order.

use crate::Shared;
use crate::api::words::{OrderBody, read_order};
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::StatusId;

/// Put the statuses in order
///
/// Lists and screens show them in this order.
#[utoipa::path(put, path = "/api/v1/statuses/order", operation_id = "orderStatuses", tag = "classification",
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
    let ids = read_order(&json, |id: StatusId| id.0)?;
    app.engine.order_words(&caller, Noun::Status, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
