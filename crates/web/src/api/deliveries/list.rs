//! `GET /api/v1/deliveries`: the execution log.

use super::filter;
use super::form::DeliveryForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::ids::DeliveryId;
use model::time::Timestamp;
use store::log::LogRow;

/// The name under which cursors of this list are made.
const LIST: &str = "log";

/// Read the execution log
///
/// Newest update first.
#[utoipa::path(get, path = "/api/v1/deliveries", operation_id = "listDeliveries", tag = "deliveries",
    params(
        ("status" = Option<String>, Query, description = "`queued`, `sending`, `retrying`, `delivered`, `failed`, `held` or `cancelled`."),
        ("trigger" = Option<String>, Query, description = "The trigger that fired."),
        ("ticket" = Option<i64>, Query, description = "The ticket's number."),
        ("url" = Option<String>, Query, description = "The receiver, as typed in the trigger."),
        ("endpoint" = Option<String>, Query, description = "The receiver by its id, which keeps the URL's secrets out of logs."),
        ("since" = Option<String>, Query, description = "Updated at this time or later."),
        ("until" = Option<String>, Query, description = "Updated before this time."),
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of the log.", body = Page<DeliveryForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    mut query: Query,
) -> Result<Json<Page<DeliveryForm>>, Failure> {
    let asked = filter::read(&mut query);
    let page = query.page(LIST);
    query.finish()?;
    let Some(filter) = asked.resolve(&app, &caller).await? else {
        return Ok(Json(Page { items: Vec::new(), next_cursor: None }));
    };
    let after = page.after.map(|[updated, id]| (Timestamp(updated), DeliveryId(id)));
    let rows = store::log::page(&app.engine.reader(), caller.domain, &filter, after, page.rows()).await?;
    let key = |row: &LogRow| [row.updated_at.0, row.id.0];
    Ok(Json(Page::of(LIST, rows, page.limit, key, DeliveryForm::from)))
}
