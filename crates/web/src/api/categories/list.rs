//! `GET /api/v1/categories`: the categories of the domain.

use super::form::CategoryForm;
use crate::Shared;
use crate::api::words::page_of;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;

/// The name under which cursors of this list are made.
const LIST: &str = "categories";

/// List the categories
///
/// In the order in which they were made, with those that are out of use.
#[utoipa::path(get, path = "/api/v1/categories", operation_id = "listCategories", tag = "classification",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of categories.", body = Page<CategoryForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<CategoryForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let words = app.engine.classification(caller.domain);
    Ok(Json(page_of(LIST, &page, &words.categories, CategoryForm::from)))
}
