//! `PATCH /public/v1/services?id=`: changes a service.

use super::asked;
use super::body::{ServiceBody, publicly, read_service};
use crate::Shared;
use crate::auth::ByToken;
use crate::body::Body;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;

/// Change a service
///
/// Only the members that are sent change. A service that moves takes those below it along.
#[utoipa::path(patch, path = "/public/v1/services", operation_id = "publicUpdateService", tag = "public",
    params(("id" = i64, Query, description = "The service's number.")),
    request_body = ServiceBody,
    responses(
        (status = 200, description = "Changed; the body is empty."),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
    Body(body): Body,
) -> Result<StatusCode, Failure> {
    app.engine.require(&caller, Noun::Service.grant())?;
    let id = asked(&query)?;
    let patch = read_service(&body, &app.engine.classification(caller.domain))?;
    app.engine.update_word(&caller, Noun::Service, id.0, &patch).await.map_err(publicly)?;
    Ok(StatusCode::OK)
}
