//! `POST /api/v1/sla-agreements`: makes an SLA agreement.

use super::form::{SlaAgreementBody, SlaAgreementForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::classification::Noun;
use model::ids::SlaAgreementId;

/// Make an SLA agreement
///
/// It goes last.
#[utoipa::path(post, path = "/api/v1/sla-agreements", operation_id = "createSlaAgreement", tag = "sla",
    request_body = SlaAgreementBody,
    responses(
        (status = 201, description = "The SLA agreement; `location` leads to it.", body = SlaAgreementForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let (id, words) = app.engine.create_word(&caller, Noun::SlaAgreement, &json).await?;
    let id = SlaAgreementId(id);
    let location = format!("/api/v1/sla-agreements/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(found(&words, id)?)).into_response())
}
