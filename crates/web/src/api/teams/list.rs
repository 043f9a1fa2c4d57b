//! `GET /api/v1/teams`: all teams, by name.

use super::form::TeamForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::team::Team;
use model::text::fold;

/// The name under which cursors of this list are made.
const LIST: &str = "teams";

/// List the teams
///
/// By name, case and accents folded.
#[utoipa::path(get, path = "/api/v1/teams", operation_id = "listTeams", tag = "teams",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of teams.", body = Page<TeamForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<TeamForm>>, Failure> {
    caller.require(Grant::AllowReadingPeople)?;
    let page = query.text_page(LIST);
    query.finish()?;
    let key = |row: &Team| (fold(&row.name).into_owned(), row.id.to_string());
    // A domain has a thousand at most.
    let mut rows = store::teams::all(&app.engine.reader(), caller.domain).await?;
    rows.retain(|row| page.after.as_ref().is_none_or(|after| key(row) > *after));
    Ok(Json(Page::by_text(LIST, rows, page.limit, key, TeamForm::from)))
}
