//! `GET /api/v1/custom-fields`: the custom fields of the domain.

use super::form::CustomFieldForm;
use crate::Shared;
use crate::api::words::page_of;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;

/// The name under which cursors of this list are made.
const LIST: &str = "custom-fields";

/// List the custom fields
///
/// The fields that the domain adds to its tickets, with their rules.
#[utoipa::path(get, path = "/api/v1/custom-fields", operation_id = "listCustomFields", tag = "classification",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of custom fields.", body = Page<CustomFieldForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<CustomFieldForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let words = app.engine.classification(caller.domain);
    Ok(Json(page_of(LIST, &page, &words.custom_fields, CustomFieldForm::from)))
}
