//! `PATCH /api/v1/sla-agreements/{id}`: replaces the members that are given.

use super::form::{SlaAgreementForm, SlaAgreementPatch, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::classification::Noun;
use model::ids::SlaAgreementId;

/// Change an SLA agreement
///
/// The rules given take the place of all it has. Tickets keep what they have until a field that rules read is
/// changed.
#[utoipa::path(patch, path = "/api/v1/sla-agreements/{id}", operation_id = "updateSlaAgreement", tag = "sla",
    params(("id" = String, Path, description = "The SLA agreement.")),
    request_body = SlaAgreementPatch,
    responses(
        (status = 200, description = "The SLA agreement as it stands now.", body = SlaAgreementForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<SlaAgreementId>,
    _: NoQuery,
    JsonBody(patch): JsonBody,
) -> Result<Json<SlaAgreementForm>, Failure> {
    let words = app.engine.update_word(&caller, Noun::SlaAgreement, id.0, &patch).await?;
    found(&words, id).map(Json)
}
