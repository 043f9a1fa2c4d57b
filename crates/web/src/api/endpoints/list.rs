//! `GET /api/v1/endpoints`: all receiving URLs.

use super::form::EndpointForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use futures_util::future::try_join_all;
use model::ids::EndpointId;
use store::endpoints::EndpointRow;

/// The name under which cursors of this list are made.
const LIST: &str = "endpoints";

/// List the endpoints
///
/// Every URL that a trigger has named, oldest first.
#[utoipa::path(get, path = "/api/v1/endpoints", operation_id = "listEndpoints", tag = "endpoints",
    params(
        ("limit" = Option<i64>, Query, description = "Endpoints of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of endpoints.", body = Page<EndpointForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    mut query: Query,
) -> Result<Json<Page<EndpointForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let after = page.after.map_or(EndpointId(i64::MIN), |[id]| EndpointId(id));
    let rows = store::endpoints::page(&app.engine.reader(), caller.domain, after, page.rows()).await?;
    let Page { items, next_cursor } =
        Page::of(LIST, rows, page.limit, |row: &EndpointRow| [row.id.0], |row| row);
    let items = try_join_all(items.into_iter().map(|row| EndpointForm::read(&app, row))).await?;
    Ok(Json(Page { items, next_cursor }))
}
