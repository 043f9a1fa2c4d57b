//! `GET /api/v1/urgencies`: the urgencies of the domain.

use super::form::UrgencyForm;
use crate::Shared;
use crate::api::words::page_of;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;

/// The name under which cursors of this list are made.
const LIST: &str = "urgencies";

/// List the urgencies
///
/// The lowest first, with those that are out of use.
#[utoipa::path(get, path = "/api/v1/urgencies", operation_id = "listUrgencies", tag = "classification",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of urgencies.", body = Page<UrgencyForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<UrgencyForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let words = app.engine.classification(caller.domain);
    Ok(Json(page_of(LIST, &page, &words.urgencies, UrgencyForm::from)))
}
