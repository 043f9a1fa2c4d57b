//! `GET /api/v1/integrations`: all integrations, by name.

use super::form::IntegrationForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::text::fold;
use std::sync::Arc;
use store::integrations::Half;

/// The name under which cursors of this list are made.
const LIST: &str = "integrations";

/// List the integrations
///
/// By name, case and accents folded; those that other domains set up with this one are among them.
#[utoipa::path(get, path = "/api/v1/integrations", operation_id = "listIntegrations", tag = "integrations",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of integrations.", body = Page<IntegrationForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<IntegrationForm>>, Failure> {
    caller.require(Grant::AllowManagingIntegrations)?;
    let page = query.text_page(LIST);
    query.finish()?;
    let key = |half: &Arc<Half>| (fold(&half.name).into_owned(), half.id.to_string());
    let mut rows = app.engine.integrations(&caller)?;
    rows.sort_by_key(key);
    rows.retain(|row| page.after.as_ref().is_none_or(|after| key(row) > *after));
    Ok(Json(Page::by_text(LIST, rows, page.limit, key, |half: Arc<Half>| IntegrationForm::from(&*half))))
}
