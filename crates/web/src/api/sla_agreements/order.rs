//! `PUT /api/v1/sla-agreements/order`: puts the SLA agreements into an order.

use crate::Shared;
use crate::api::words::{OrderBody, read_order};
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::SlaAgreementId;

/// Put the SLA agreements in order
///
/// The first that has a fitting rule counts; the default one is asked last in any case.
#[utoipa::path(put, path = "/api/v1/sla-agreements/order", operation_id = "orderSlaAgreements", tag = "sla",
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
    let ids = read_order(&json, |id: SlaAgreementId| id.0)?;
    app.engine.order_words(&caller, Noun::SlaAgreement, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
