//! `DELETE /public/v1/services?id=`: takes a service away.

use super::asked;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::extract::State;
use http::StatusCode;
use model::classification::Noun;

/// Take a service away
///
/// When tickets have it or something else names it, it goes out of use instead. One with others below it stays.
#[utoipa::path(delete, path = "/public/v1/services", operation_id = "publicDeleteService", tag = "public",
    params(("id" = i64, Query, description = "The service's number.")),
    responses(
        (status = 200, description = "Gone, or out of use; the body is empty."),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<StatusCode, Failure> {
    app.engine.delete_word(&caller, Noun::Service, asked(&query)?.0).await?;
    Ok(StatusCode::OK)
}
