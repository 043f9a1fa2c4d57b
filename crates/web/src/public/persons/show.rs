//! `GET /public/v1/persons`: one person by reference code, or a page of all.

use super::form::PersonForm;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::odata::{Options, Shape, holds, small};
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Caller;
use model::access_profile::Grant;
use model::person_record::Person;
use model::text;
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// One person, or a list.
#[derive(ToSchema)]
#[schema(as = PublicPersons)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `handle`")]
enum FoundForm {
    One(Box<PersonForm>),
    /// With the members that are selected: all unless `$select` says otherwise.
    Many(Vec<Value>),
}

/// People of a page at most; a larger `$top` counts as this.
const TOP_MAX: i64 = 1_000;

/// People that may be passed over; each one costs time.
const SKIP_MAX: i64 = 100_000;

/// People that are read for one page at most, when each must be asked.
const PEOPLE_MAX: usize = 50_000;

/// People that are read at once.
const SLICE: i64 = 500;

/// What a person's answer is made of.
static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::of_schema("Person", "PublicPerson"));

/// Read one person or list people
///
/// With `id` one person; without it a list in the order of the reference codes, 100 at a time unless `$top` says
/// otherwise.
#[utoipa::path(get, path = "/public/v1/persons", operation_id = "publicGetPersons", tag = "public",
    params(
        ("id" = Option<String>, Query, description = "Reference code."),
        ("$select" = Option<String>, Query, description = "Members to show: all unless it says otherwise."),
        ("$expand" = Option<String>, Query, description = "Objects and lists to show, each with options of its own."),
        ("$filter" = Option<String>, Query, description = "Which people: `emails/any(e: e/email eq 'a@b.example')`."),
        ("$orderby" = Option<String>, Query, description = "In which order."),
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
    let (skip, top) = query.rows(TOP_MAX, SKIP_MAX)?;
    let options = Options::read(&query.options, &SHAPE)?;
    if options.filter.is_none() && options.order.is_empty() {
        let people = store::people::skipping(&reader, caller.domain, skip, top).await?;
        let answers = answers(&app, &caller, people).await?;
        return Ok(Json(small(answers, &options, 0, usize::MAX)).into_response());
    }
    let (skip, top) = (usize::try_from(skip).unwrap_or(0), usize::try_from(top).unwrap_or(0));
    let enough = if options.order.is_empty() { skip + top } else { usize::MAX };
    let answers = matching(&app, &caller, &options, enough).await?;
    Ok(Json(small(answers, &options, skip, top)).into_response())
}

/// People as they are answered.
async fn answers(app: &Shared, caller: &Caller, people: Vec<Person>) -> Result<Vec<Value>, Failure> {
    let forms = super::forms(app, caller, people).await?;
    let answer =
        |form: &PersonForm| serde_json::to_value(form).map_err(|error| Failure::internal(error.to_string()));
    forms.iter().map(answer).collect()
}

/// The first people of the filter, asked one by one.
async fn matching(
    app: &Shared,
    caller: &Caller,
    options: &Options,
    enough: usize,
) -> Result<Vec<Value>, Failure> {
    let (mut found, mut after, mut read) = (Vec::new(), String::new(), 0);
    while found.len() < enough {
        let people = store::people::page(&app.engine.reader(), caller.domain, &after, SLICE).await?;
        let Some(last) = people.last() else { break };
        after.clone_from(&last.reference.id);
        read += people.len();
        for answer in answers(app, caller, people).await? {
            if options.filter.as_ref().is_none_or(|filter| holds(filter, &answer)) {
                found.push(answer);
            }
        }
        if read >= PEOPLE_MAX && found.len() < enough {
            let detail = text!(
                "more than {people_max} people would have to be read: ask for one by `id`",
                people_max = PEOPLE_MAX
            );
            return Err(Failure::fault("$filter", detail));
        }
    }
    Ok(found)
}
