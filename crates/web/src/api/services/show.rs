//! `GET /api/v1/services/{id}`: one service.

use super::form::{ServiceForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::ServiceId;

/// Read a service
///
/// Somebody who is no agent does not find one that clients do not see.
#[utoipa::path(get, path = "/api/v1/services/{id}", operation_id = "getService", tag = "classification",
    params(("id" = String, Path, description = "The service.")),
    responses(
        (status = 200, description = "The service.", body = ServiceForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<ServiceId>,
    _: NoQuery,
) -> Result<Json<ServiceForm>, Failure> {
    let words = app.engine.classification(caller.domain);
    let role = caller.actor.person.as_ref().map(|person| person.profile_type);
    let hidden = words.service_by_id(id).is_some_and(|it| role.is_some_and(|role| !it.visible_to.has(role)));
    match hidden {
        true => Err(Failure::missing(format_args!("service {id}"))),
        false => found(&words, id).map(Json),
    }
}
