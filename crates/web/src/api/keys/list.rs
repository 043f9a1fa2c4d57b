//! `GET /api/v1/keys`: all API keys.

use super::form::KeyForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::KeyId;
use store::keys::ApiKey;

/// The name under which cursors of this list are made.
const LIST: &str = "keys";

/// List the API keys
///
/// Oldest first, those that have ended included. The keys themselves are kept nowhere.
#[utoipa::path(get, path = "/api/v1/keys", operation_id = "listKeys", tag = "keys",
    params(
        ("limit" = Option<i64>, Query, description = "Keys of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of keys.", body = Page<KeyForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<KeyForm>>, Failure> {
    app.engine.require(&caller, Grant::AllowManagingApiKeys)?;
    let page = query.page(LIST);
    query.finish()?;
    let after = page.after.map_or(KeyId(i64::MIN), |[id]| KeyId(id));
    let rows = store::keys::page(&app.engine.reader(), caller.domain, after, page.rows()).await?;
    let form = |row: ApiKey| KeyForm::of(&app, row);
    Ok(Json(Page::of(LIST, rows, page.limit, |row: &ApiKey| [row.id.0], form)))
}
