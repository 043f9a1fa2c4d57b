//! `GET /public/v1/tickets/past`: tickets that have not been changed for long.

use super::show::answer;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::extract::State;
use axum::response::Response;
use store::ticket_search::Span;

/// List tickets that have not been changed for long
///
/// Like the list of `/tickets`, of the tickets whose last change is older than 90 days, or than what the server is
/// configured for. With `id` one ticket, whatever its age.
#[utoipa::path(get, path = "/public/v1/tickets/past", operation_id = "publicListPastTickets", tag = "public",
    params(
        ("id" = Option<String>, Query, description = "The ticket's number."),
        ("protocol" = Option<String>, Query, description = "Instead of `id`: the ticket's protocol, which is its number."),
        ("$select" = Option<String>, Query, description = "Members to show; a list needs it."),
        ("$expand" = Option<String>, Query, description = "Objects and lists to show, each with options of its own."),
        ("$filter" = Option<String>, Query, description = "Which tickets."),
        ("$orderby" = Option<String>, Query, description = "In which order; the oldest first unless it says otherwise."),
        ("$top" = Option<i64>, Query, description = "Tickets to answer: 100 unless it says otherwise, at most 1000."),
        ("$skip" = Option<i64>, Query, description = "Tickets to pass over, at most 100000."),
        ("includeDeletedItems" = Option<bool>, Query, description = "Deleted tickets and actions too."),
    ),
    responses(
        (status = 200, description = "The tickets with the members that are selected; with `id` one whole ticket.", body = super::show::FoundForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<Response, Failure> {
    let updated = match app.past_after_ms {
        // Without a border nothing is past.
        0 => Span { min: 1, max: 0 },
        age => Span { max: app.engine.now().0.saturating_sub(age).saturating_sub(1), ..Span::ALL },
    };
    answer(&app, &caller, &query, updated).await
}
