//! `GET /api/v1/triggers`: all triggers, in the order in which they run.

use super::form::TriggerForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::ids::TriggerId;
use model::trigger::Trigger;

/// The name under which cursors of this list are made.
const LIST: &str = "triggers";

/// List the triggers
///
/// In the order in which they run.
#[utoipa::path(get, path = "/api/v1/triggers", operation_id = "listTriggers", tag = "triggers",
    params(
        ("limit" = Option<i64>, Query, description = "Triggers of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of triggers.", body = Page<TriggerForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    mut query: Query,
) -> Result<Json<Page<TriggerForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let after = page.after.map(|[position, id]| (position, TriggerId(id)));
    let rows = store::triggers::page(&app.engine.reader(), caller.domain, after, page.rows()).await?;
    let key = |trigger: &Trigger| [trigger.position, trigger.id.0];
    Ok(Json(Page::of(LIST, rows, page.limit, key, TriggerForm::from)))
}
