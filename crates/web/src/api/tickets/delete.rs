//! `DELETE /api/v1/tickets/{number}`: takes a ticket away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;

/// Delete a ticket
///
/// It stays readable, marked as deleted, and takes no more changes.
#[utoipa::path(delete, path = "/api/v1/tickets/{number}", operation_id = "deleteTicket", tag = "tickets",
    params(("number" = i64, Path, description = "The ticket's number.")),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(number): Id<i64>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_ticket(&caller, number).await?;
    Ok(StatusCode::NO_CONTENT)
}
