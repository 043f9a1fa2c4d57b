//! `POST /api/v1/deliveries/{id}/cancel`: calls one delivery off.

use super::form::DeliveryForm;
use super::show::row;
use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::DeliveryId;

/// Call a delivery off
///
/// It must be queued, retrying or held, no call of it may be open, and it must not be an integration's. Nothing of it goes
/// out any more, unless it is sent again.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/cancel", operation_id = "cancelDelivery", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery.")),
    responses(
        (status = 200, description = "It is cancelled; its row as it stands now.", body = DeliveryForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<DeliveryId>,
    _: NoQuery,
    _: NoBody,
) -> Result<Json<DeliveryForm>, Failure> {
    app.engine.cancel(&caller, id).await?;
    Ok(Json(row(&app, caller.domain, id).await?.into()))
}
