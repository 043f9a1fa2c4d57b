//! `GET /public/v1/services`: one service by number, or a page of all.

use super::asked;
use super::form::ServiceForm;
use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::odata::{Options, Shape, small};
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use model::classification::Service;
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// One service, or a list.
#[derive(ToSchema)]
#[schema(as = PublicServices)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `handle`")]
enum FoundForm {
    One(ServiceForm<'static>),
    /// With the members that are selected: all unless `$select` says otherwise.
    Many(Vec<Value>),
}

/// Services of a page at most; a larger `$top` counts as this.
const TOP_MAX: i64 = 1_000;

/// What a service's answer is made of.
static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::of_schema("Service", "PublicService"));

/// Read one service or list services
///
/// With `id` one service; without it a list in the order of their numbers, 100 at a time unless `$top` says otherwise.
/// Somebody who is no agent gets those that clients see.
#[utoipa::path(get, path = "/public/v1/services", operation_id = "publicGetServices", tag = "public",
    params(
        ("id" = Option<i64>, Query, description = "The service's number."),
        ("$select" = Option<String>, Query, description = "Members to show: all unless it says otherwise."),
        ("$filter" = Option<String>, Query, description = "Which services: `isActive eq true`."),
        ("$orderby" = Option<String>, Query, description = "In which order."),
        ("$top" = Option<i64>, Query, description = "Services to answer, at most 1000."),
        ("$skip" = Option<i64>, Query, description = "Services to pass over."),
    ),
    responses(
        (status = 200, description = "A service, or without `id` a list of services.", body = FoundForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<Response, Failure> {
    let words = app.engine.classification(caller.domain);
    let role = caller.actor.person.as_ref().map(|person| person.profile_type);
    let is_seen = |service: &&Service| role.is_none_or(|role| service.visible_to.has(role));
    if query.id.is_some() {
        let id = asked(&query)?;
        let seen = words.service_by_id(id).filter(is_seen);
        let service = seen.ok_or_else(|| Failure::missing(format_args!("service with the id {}", id.0)))?;
        return Ok(Json(ServiceForm::of(service, &words)).into_response());
    }
    let (skip, top) = query.rows(TOP_MAX, i64::from(i32::MAX))?;
    let (skip, top) = (usize::try_from(skip).unwrap_or(0), usize::try_from(top).unwrap_or(0));
    let options = Options::read(&query.options, &SHAPE)?;
    let mut services: Vec<_> = words.services.iter().filter(is_seen).collect();
    services.sort_by_key(|service| service.id);
    let answer = |service: &Service| serde_json::to_value(ServiceForm::of(service, &words));
    let answers: Result<Vec<Value>, _> = services.into_iter().map(answer).collect();
    let answers = answers.map_err(|error| Failure::internal(error.to_string()))?;
    Ok(Json(small(answers, &options, skip, top)).into_response())
}
