//! `GET /api/v1/sessions`: where somebody is logged in.

use crate::Shared;
use crate::api::session::form::SessionForm;
use crate::auth::Somebody;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::SessionId;
use store::sessions::Session;

/// The name under which cursors of this list are made.
const LIST: &str = "sessions";

/// List sessions
///
/// One's own, or those of `person` with *Allow creating and changing people*; oldest first.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "listSessions", tag = "session",
    params(
        ("person" = Option<String>, Query, description = "Reference code; oneself when absent."),
        ("limit" = Option<i64>, Query, description = "Sessions of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of sessions.", body = Page<SessionForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Somebody { caller, visit }: Somebody,
    mut query: Query,
) -> Result<Json<Page<SessionForm>>, Failure> {
    let wanted = "a reference code";
    let person =
        query.read("person", wanted, |text| (!text.chars().any(char::is_control)).then(|| text.to_owned()));
    let page = query.page(LIST);
    query.finish()?;
    let person = person.unwrap_or_else(|| caller.person_id().to_owned());
    if person != caller.person_id() {
        caller.require(Grant::AllowWritingPeople)?;
    }
    let (now, life) = (app.engine.now(), app.engine.session_life());
    let when = (now, now.plus_ms(-life.idle_ms));
    let after = page.after.map_or(SessionId(0), |[id]| SessionId(id));
    let rows =
        store::sessions::page(&app.engine.reader(), caller.domain, &person, after, when, page.rows()).await?;
    let current = visit.map(|visit| visit.session.id);
    let form = |row: Session| SessionForm::of(row, current);
    Ok(Json(Page::of(LIST, rows, page.limit, |row: &Session| [row.id.0], form)))
}
