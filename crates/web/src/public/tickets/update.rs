//! `PATCH /public/v1/tickets?id=`: changes a ticket. The product's busiest way in.

use super::body::read_change;
use super::schema::TicketBody;
use crate::Shared;
use crate::auth::ByToken;
use crate::body::Body;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::extract::State;
use http::StatusCode;

/// Change a ticket
///
/// Only the members that are sent change; lists are replaced as a whole. An action without `id` is added, with one it is
/// changed. When the answer comes, the change is stored and its webhooks are on their way.
#[utoipa::path(patch, path = "/public/v1/tickets", operation_id = "publicUpdateTicket", tag = "public",
    params(("id" = String, Query, description = "The ticket's number.")),
    request_body = TicketBody,
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
    let number = query.ticket_number()?;
    app.engine.update_ticket(&caller, number, read_change(&body)?).await?;
    Ok(StatusCode::OK)
}
