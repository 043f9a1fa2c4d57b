//! `GET /public/v1/persons`: one person by reference code, or a page of all.

use super::form::PersonForm;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use model::access_profile::Grant;
use utoipa::ToSchema;

/// One person, or a list.
#[derive(ToSchema)]
#[schema(as = PublicPersons)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `handle`")]
enum FoundForm {
    One(Box<PersonForm>),
    Many(Vec<PersonForm>),
}

/// People of a page at most; a larger `$top` counts as this.
const TOP_MAX: i64 = 1_000;

/// People that may be passed over; each one costs time.
const SKIP_MAX: i64 = 100_000;

/// Read one person or list people
///
/// With `id` one person; without it a list in the order of the reference codes, 100 at a time unless `$top` says
/// otherwise. Everybody may read themselves by `id`. `$filter` and `$orderby` are not possible yet.
#[utoipa::path(get, path = "/public/v1/persons", operation_id = "publicGetPersons", tag = "public",
    params(
        ("id" = Option<String>, Query, description = "Reference code."),
        ("$top" = Option<i64>, Query, description = "People to answer, at most 1000."),
        ("$skip" = Option<i64>, Query, description = "People to pass over, at most 100000."),
    ),
    responses(
        (status = 200, description = "A person, or without `id` a list of people.", body = FoundForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<Response, Failure> {
    let reader = app.engine.reader();
    if query.id.as_deref().is_none_or(|id| id != caller.person_id()) {
        caller.require(Grant::AllowReadingPeople)?;
    }
    if let Some(id) = &query.id {
        let person = store::people::find(&reader, caller.domain, id).await?;
        let person =
            person.ok_or_else(|| Failure::missing(format_args!("person with the reference code `{id}`")))?;
        return Ok(Json(super::form(&app, &caller, person).await?).into_response());
    }
    query.refuse_impossible()?;
    let (skip, top) = query.rows(TOP_MAX, SKIP_MAX)?;
    let people = store::people::skipping(&reader, caller.domain, skip, top).await?;
    Ok(Json(super::forms(&app, &caller, people).await?).into_response())
}
