//! `GET /public/v1/tickets/merged`: which tickets became one. Nothing merges tickets here, so there are none.

use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;

/// List merged tickets
///
/// Always empty: tickets are not merged here. The parameters are checked all the same.
#[utoipa::path(get, path = "/public/v1/tickets/merged", operation_id = "publicListMergedTickets", tag = "public",
    params(
        ("id" = Option<String>, Query, description = "A ticket's number."),
        ("startDate" = Option<String>, Query, description = "Ignored."),
        ("endDate" = Option<String>, Query, description = "Ignored."),
        ("page" = Option<String>, Query, description = "Ignored."),
    ),
    responses(
        (status = 200, description = "None.", body = Vec<Object>),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(_): State<Shared>,
    ByToken(_): ByToken,
    query: PublicQuery,
) -> Result<Json<[(); 0]>, Failure> {
    if query.id.is_some() {
        query.ticket_number()?;
    }
    query.rows(1_000, 100_000)?;
    Ok(Json([]))
}
