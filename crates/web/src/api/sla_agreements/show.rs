//! `GET /api/v1/sla-agreements/{id}`: one SLA agreement.

use super::form::{SlaAgreementForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::SlaAgreementId;

/// Read an SLA agreement
#[utoipa::path(get, path = "/api/v1/sla-agreements/{id}", operation_id = "getSlaAgreement", tag = "sla",
    params(("id" = String, Path, description = "The SLA agreement.")),
    responses(
        (status = 200, description = "The SLA agreement.", body = SlaAgreementForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<SlaAgreementId>,
    _: NoQuery,
) -> Result<Json<SlaAgreementForm>, Failure> {
    app.engine.require(&caller, Grant::AllowManagingSla)?;
    found(&app.engine.classification(caller.domain), id).map(Json)
}
