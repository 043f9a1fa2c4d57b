//! `GET /api/v1/notices`: what stands under the bell of the key's person.

use crate::Shared;
use crate::auth::TriggerMaker;
use crate::cursor::Page;
use crate::error::Failure;
use crate::mask::{mask_text, mask_url};
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::ids::NoticeId;
use model::notice::Notice;
use model::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The name under which cursors of this list are made.
const LIST: &str = "notices";

/// An item under the bell.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub(crate) struct NoticeForm {
    #[schema(value_type = String)]
    id: NoticeId,
    /// `webhook_failing`, `endpoint_paused`, `trigger_fault`, `chain_ended`, `possible_loop` or `backlog_full`.
    kind: &'static str,
    endpoint: Option<String>,
    /// The endpoint's URL, the values of its query hidden.
    url: Option<String>,
    trigger: Option<String>,
    /// The ticket of the newest event.
    ticket: Option<i64>,
    /// What happened last.
    text: String,
    /// How often it happened.
    count: i64,
    /// Deliveries that were given up.
    gave_up: i64,
    opened_at: String,
    last_update: String,
    /// When it was over; null while it goes on.
    recovered_at: Option<String>,
    /// Whether the key's person has read it as it stands.
    read: bool,
}

impl From<Notice> for NoticeForm {
    fn from(notice: Notice) -> Self {
        NoticeForm {
            id: notice.id,
            kind: notice.kind.as_str(),
            endpoint: notice.endpoint.map(|id| id.to_string()),
            url: Some(mask_url(&notice.url)).filter(|url| !url.is_empty()),
            trigger: notice.trigger.map(|id| id.to_string()),
            ticket: notice.ticket_number,
            text: mask_text(&notice.text),
            count: notice.count,
            gave_up: notice.gave_up,
            opened_at: notice.opened_at.to_string(),
            last_update: notice.updated_at.to_string(),
            recovered_at: notice.recovered_at.map(|at| at.to_string()),
            read: notice.read,
        }
    }
}

/// List the notices
///
/// Newest update first: one for each endpoint and outage, never one for each attempt.
#[utoipa::path(get, path = "/api/v1/notices", operation_id = "listNotices", tag = "notices",
    params(
        ("limit" = Option<i64>, Query, description = "Notices of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of notices.", body = Page<NoticeForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    mut query: Query,
) -> Result<Json<Page<NoticeForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let after = page.after.map(|[updated, id]| (Timestamp(updated), NoticeId(id)));
    let (reader, person) = (app.engine.reader(), caller.person_id());
    let rows = store::notices::page(&reader, caller.domain, person, after, page.rows()).await?;
    let key = |notice: &Notice| [notice.updated_at.0, notice.id.0];
    Ok(Json(Page::of(LIST, rows, page.limit, key, NoticeForm::from)))
}
