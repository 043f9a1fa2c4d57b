//! `GET /api/v1/urgencies/{id}`: one urgency.

use super::form::{UrgencyForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::UrgencyId;

/// Read an urgency
#[utoipa::path(get, path = "/api/v1/urgencies/{id}", operation_id = "getUrgency", tag = "classification",
    params(("id" = String, Path, description = "The urgency.")),
    responses(
        (status = 200, description = "The urgency.", body = UrgencyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<UrgencyId>,
    _: NoQuery,
) -> Result<Json<UrgencyForm>, Failure> {
    found(&app.engine.classification(caller.domain), id).map(Json)
}
