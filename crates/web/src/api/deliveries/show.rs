//! `GET /api/v1/deliveries/{id}`: everything known of one delivery.

use super::detail::{DeliveryDetailForm, Known};
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::{DeliveryId, DomainId};
use store::log::LogRow;

/// Read a delivery
///
/// The body as it was frozen, the headers it travels with, why its trigger fired, and every attempt.
#[utoipa::path(get, path = "/api/v1/deliveries/{id}", operation_id = "getDelivery", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery.")),
    responses(
        (status = 200, description = "The delivery.", body = DeliveryDetailForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    Id(id): Id<DeliveryId>,
    _: NoQuery,
) -> Result<Json<DeliveryDetailForm>, Failure> {
    let (reader, domain) = (app.engine.reader(), caller.domain);
    let row = row(&app, domain, id).await?;
    let attempts = store::attempts::of_delivery(&reader, domain, id).await?;
    let payload = store::changes::payload(&reader, domain, row.payload).await?;
    let change = store::changes::find(&reader, domain, row.change).await?;
    Ok(Json(DeliveryDetailForm::new(Known { row, attempts, payload, change })))
}

/// The delivery's row as it stands now.
pub(crate) async fn row(app: &Shared, domain: DomainId, id: DeliveryId) -> Result<LogRow, Failure> {
    let row = store::log::find(&app.engine.reader(), domain, id).await?;
    row.ok_or_else(|| Failure::missing(format_args!("delivery {id}")))
}
