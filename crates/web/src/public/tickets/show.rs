//! `GET /public/v1/tickets?id=`: one ticket, every nested object in it.

use super::form::TicketForm;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Caller;
use http::StatusCode;

/// Read a ticket
///
/// Always the whole ticket: `$select` and `$expand` narrow nothing. A deleted ticket stays readable.
#[utoipa::path(get, path = "/public/v1/tickets", operation_id = "publicGetTicket", tag = "public",
    params(
        ("id" = Option<String>, Query, description = "The ticket's number."),
        ("protocol" = Option<String>, Query, description = "Instead of `id`: the ticket's protocol, which is its number."),
        ("includeDeletedItems" = Option<bool>, Query, description = "Show deleted actions too."),
    ),
    responses(
        (status = 200, description = "The ticket.", body = TicketForm<'static>),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<Response, Failure> {
    if query.id.is_none() && query.protocol.is_none() {
        let detail = match query.selects {
            true => "lists of tickets are not available yet; ask for one with `id`",
            false => {
                "a list needs `$select`, and lists of tickets are not available yet; ask for one with `id`"
            }
        };
        return Err(Failure::new(StatusCode::BAD_REQUEST, detail));
    }
    whole_ticket(&app, &caller, query.ticket_number()?, query.include_deleted).await
}

/// The whole ticket as the answer.
pub(super) async fn whole_ticket(
    app: &Shared,
    caller: &Caller,
    number: i64,
    include_deleted: bool,
) -> Result<Response, Failure> {
    let found = store::tickets::find_whole(&app.engine.reader(), caller.domain, number).await?;
    let (ticket, actions) = found.ok_or_else(|| Failure::missing(format_args!("ticket {number}")))?;
    let entries =
        store::histories::of_ticket(&app.engine.reader(), caller.domain, number, ticket.version).await?;
    let actions = actions.iter().filter(|action| include_deleted || !action.is_deleted);
    Ok(Json(TicketForm::new(&ticket, actions).with_history(&entries)).into_response())
}
