//! `GET /tickets/{number}`: one ticket.

use super::deliveries::Deliveries;
use super::find;
use super::view::{Page, Parts};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::page::wants_part;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use model::text;
use model::ticket::Ticket;

/// Shows the ticket, or the part of the page that is kept up to date.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(number): Id<i64>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    let ticket = seen(&app, &viewer, number).await?;
    if wants_part(&headers) {
        return match Deliveries::read(&app, &viewer, number).await? {
            Some(deliveries) => page(&deliveries),
            None => Err(Failure::new(StatusCode::NOT_FOUND, text!("there is nothing to keep up to date"))),
        };
    }
    let mut query = Form::of(uri.query().unwrap_or_default());
    let parts = Parts {
        entries: query.text("entries").parse().ok(),
        whole: query.text("whole").parse().ok(),
        changes: query.text("changes").parse().ok(),
    };
    page(&Page::of(&app, &viewer, &ticket, parts).await?)
}

/// The ticket, if this reader sees it.
pub(super) async fn seen(app: &Shared, viewer: &Viewer, number: i64) -> Result<Ticket, Failure> {
    let found = find::seen(app, &viewer.caller, number).await?;
    found.ok_or_else(|| Failure::missing(format_args!("ticket {number}")))
}
