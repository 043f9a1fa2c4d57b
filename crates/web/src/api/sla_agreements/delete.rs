//! `DELETE /api/v1/sla-agreements/{id}`: takes an SLA agreement away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;
use model::ids::SlaAgreementId;

/// Take an SLA agreement away
///
/// Tickets keep what they have of it.
#[utoipa::path(delete, path = "/api/v1/sla-agreements/{id}", operation_id = "deleteSlaAgreement", tag = "sla",
    params(("id" = String, Path, description = "The SLA agreement.")),
    responses(
        (status = 204, description = "Gone, or out of use."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<SlaAgreementId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_word(&caller, Noun::SlaAgreement, id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
