//! `GET /api/v1/access-profiles`: all access profiles, by name.

use super::form::ProfileForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::{AccessProfile, Grant};
use model::text::fold;

/// The name under which cursors of this list are made.
const LIST: &str = "access profiles";

/// List the access profiles
///
/// By name, case and accents folded.
#[utoipa::path(get, path = "/api/v1/access-profiles", operation_id = "listAccessProfiles", tag = "access profiles",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of access profiles.", body = Page<ProfileForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<ProfileForm>>, Failure> {
    caller.require(Grant::AllowManagingAccessProfiles)?;
    let page = query.text_page(LIST);
    query.finish()?;
    let key = |row: &AccessProfile| (fold(&row.name).into_owned(), row.id.to_string());
    // A domain has a thousand at most.
    let mut rows = store::access_profiles::all(&app.engine.reader(), caller.domain).await?;
    rows.retain(|row| page.after.as_ref().is_none_or(|after| key(row) > *after));
    Ok(Json(Page::by_text(LIST, rows, page.limit, key, ProfileForm::from)))
}
