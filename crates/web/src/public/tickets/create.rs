//! `POST /public/v1/tickets`: opens a ticket.

use super::body::read_new;
use super::schema::{CreatedForm, NumberForm, TicketBody};
use super::show::{Seen, whole_ticket};
use crate::Shared;
use crate::auth::ByToken;
use crate::body::Body;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

/// Open a ticket
///
/// It needs `createdBy.id` and at least one `clients[].id`. An unknown person, status, urgency, category, team or
/// service is refused by name, and nothing is stored.
#[utoipa::path(post, path = "/public/v1/tickets", operation_id = "publicCreateTicket", tag = "public",
    params(
        ("returnAllProperties" = Option<bool>, Query, description = "Answer the whole ticket."),
    ),
    request_body = TicketBody,
    responses(
        (status = 200, description = "Its number; with `returnAllProperties` the whole ticket.", body = CreatedForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
    Body(body): Body,
) -> Result<Response, Failure> {
    let input = read_new(&body)?;
    let number = app.engine.create_ticket(&caller, input).await?;
    if query.return_all {
        return whole_ticket(&app, &caller, number, query.include_deleted, Seen::TheirOwn).await;
    }
    Ok(Json(NumberForm { id: number }).into_response())
}
