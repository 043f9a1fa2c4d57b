//! `GET /api/v1/services`: the services of the domain.

use super::form::ServiceForm;
use crate::Shared;
use crate::api::words::page_of;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;

/// The name under which cursors of this list are made.
const LIST: &str = "services";

/// List the services
///
/// In the order in which they were made. Somebody who is no agent gets those that clients see.
#[utoipa::path(get, path = "/api/v1/services", operation_id = "listServices", tag = "classification",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of services.", body = Page<ServiceForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<ServiceForm>>, Failure> {
    let page = query.page(LIST);
    query.finish()?;
    let words = app.engine.classification(caller.domain);
    let role = caller.actor.person.as_ref().map(|person| person.profile_type);
    let seen = words.services.iter().filter(|service| role.is_none_or(|role| service.visible_to.has(role)));
    let services: Vec<_> = seen.collect();
    Ok(Json(page_of(LIST, &page, &services, |service| ServiceForm::of(service, &words))))
}
