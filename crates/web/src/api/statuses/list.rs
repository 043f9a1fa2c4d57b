//! `GET /api/v1/statuses`: the statuses of the domain.

use super::form::StatusForm;
use crate::Shared;
use crate::api::words::page_of;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;

/// The name under which cursors of this list are made.
const LIST: &str = "statuses";

/// List the statuses
///
/// In their order, with those that are out of use.
#[utoipa::path(get, path = "/api/v1/statuses", operation_id = "listStatuses", tag = "classification",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of statuses.", body = Page<StatusForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<StatusForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let words = app.engine.classification(caller.domain);
    Ok(Json(page_of(LIST, &page, &words.statuses, StatusForm::from)))
}
