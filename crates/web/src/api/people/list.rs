//! `GET /api/v1/people`: people by name.

use super::form::RecordForm;
use super::forms;
use crate::Shared;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use store::people::{Filter, key};

/// The name under which cursors of this list are made.
const LIST: &str = "people";

/// List people
///
/// By name, case and accents folded.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "listPeople", tag = "people",
    params(
        ("name" = Option<String>, Query, description = "The name begins with this, case and accents folded."),
        ("email" = Option<String>, Query, description = "The default e-mail address is this, case folded."),
        ("profile" = Option<String>, Query, description = "Who has this access profile, by its id."),
        ("active" = Option<bool>, Query, description = "Active people only, or the others only."),
        ("limit" = Option<i64>, Query, description = "People of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of people.", body = Page<RecordForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<RecordForm>>, Failure> {
    caller.require(Grant::AllowReadingPeople)?;
    let filter = Filter {
        name: query.text("name").unwrap_or_default(),
        email: query.text("email"),
        profile: query.id("profile"),
        is_active: query.choice("active"),
    };
    let page = query.text_page(LIST);
    query.finish()?;
    let rows = page.rows();
    let people = store::people::list(&app.engine.reader(), caller.domain, &filter, page.after, rows).await?;
    let Page { items, next_cursor } = Page::by_text(LIST, people, page.limit, key, |person| person);
    Ok(Json(Page { items: forms(&app, &caller, items).await?, next_cursor }))
}
