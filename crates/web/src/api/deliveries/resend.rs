//! `POST /api/v1/deliveries/{id}/resend`: sends one delivery again.

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
use http::StatusCode;
use model::ids::DeliveryId;

/// Send a delivery again
///
/// The same bytes under the same `webhook-id`, with `gatilho-resend`. It must be delivered, failed or cancelled.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/resend", operation_id = "resendDelivery", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery.")),
    responses(
        (status = 202, description = "It goes out again; its row as it stands now.", body = DeliveryForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<DeliveryId>,
    _: NoQuery,
    _: NoBody,
) -> Result<(StatusCode, Json<DeliveryForm>), Failure> {
    app.engine.resend(&caller, id).await?;
    Ok((StatusCode::ACCEPTED, Json(row(&app, caller.domain, id).await?.into())))
}
