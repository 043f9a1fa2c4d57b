//! `GET /public/v1/tickets`: one ticket by its number, or a list.

use super::form::TicketForm;
use super::list;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Caller;
use store::ticket_search::Span;
use utoipa::ToSchema;

/// One whole ticket, or tickets with the members that are selected.
#[derive(ToSchema)]
#[schema(as = PublicTickets)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `handle`")]
pub(crate) enum FoundForm {
    One(Box<TicketForm<'static>>),
    Many(Vec<serde_json::Value>),
}

/// Read a ticket or list tickets
///
/// With `id` the whole ticket, whatever its age; `$select` and `$expand` narrow nothing then, and a deleted ticket stays
/// readable. Without it a list, which needs `$select`: the tickets that were changed within 90 days, or what the server is
/// configured for; older ones are in `/tickets/past`. Names in the options match without case.
#[utoipa::path(get, path = "/public/v1/tickets", operation_id = "publicGetTicket", tag = "public",
    params(
        ("id" = Option<String>, Query, description = "The ticket's number."),
        ("protocol" = Option<String>, Query, description = "Instead of `id`: the ticket's protocol, which is its number."),
        ("$select" = Option<String>, Query, description = "Members to show; a list needs it."),
        ("$expand" = Option<String>, Query, description = "Objects and lists to show, each with options of its own: `clients($expand=organization),actions($select=id,origin)`."),
        ("$filter" = Option<String>, Query, description = "Which tickets: `lastUpdate gt 2026-01-31T00:00:00Z and clients/any(c: c/id eq '1')`."),
        ("$orderby" = Option<String>, Query, description = "In which order; the oldest first unless it says otherwise."),
        ("$top" = Option<i64>, Query, description = "Tickets to answer: 100 unless it says otherwise, at most 1000."),
        ("$skip" = Option<i64>, Query, description = "Tickets to pass over, at most 100000."),
        ("includeDeletedItems" = Option<bool>, Query, description = "Deleted tickets and actions too."),
    ),
    responses(
        (status = 200, description = "The ticket, or without `id` a list.", body = FoundForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<Response, Failure> {
    let updated = match app.past_after_ms {
        0 => Span::ALL,
        age => Span { min: app.engine.now().0.saturating_sub(age).max(0), ..Span::ALL },
    };
    answer(&app, &caller, &query, updated).await
}

/// One ticket if it is named, otherwise a list of those last changed within the span.
pub(super) async fn answer(
    app: &Shared,
    caller: &Caller,
    query: &PublicQuery,
    updated: Span,
) -> Result<Response, Failure> {
    if query.id.is_none() && query.protocol.is_none() {
        return Ok(Json(list::tickets(app, caller, query, updated).await?).into_response());
    }
    whole_ticket(app, caller, query.ticket_number()?, query.include_deleted, Seen::ByThem).await
}

/// Which tickets are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Those that the caller sees.
    ByThem,
    /// One that they have just opened, whoever it is for.
    TheirOwn,
}

/// The whole ticket as the answer.
pub(super) async fn whole_ticket(
    app: &Shared,
    caller: &Caller,
    number: i64,
    include_deleted: bool,
    seen: Seen,
) -> Result<Response, Failure> {
    let found = store::tickets::find_whole(&app.engine.reader(), caller.domain, number).await?;
    let found = found.filter(|(ticket, _)| seen == Seen::TheirOwn || caller.may_see(ticket));
    let (ticket, actions) = found.ok_or_else(|| Failure::missing(format_args!("ticket {number}")))?;
    let actions = actions
        .iter()
        .filter(|action| (include_deleted || !action.is_deleted) && caller.may_see_action(action));
    let entries =
        store::histories::of_ticket(&app.engine.reader(), caller.domain, number, ticket.version).await?;
    let clients: Vec<String> = ticket.clients.iter().map(|client| client.id.clone()).collect();
    let organizations =
        store::person_links::organizations(&app.engine.reader(), caller.domain, &clients).await?;
    let form = TicketForm::new(&ticket, actions).with_history(&entries).with_organizations(&organizations);
    Ok(Json(form).into_response())
}
