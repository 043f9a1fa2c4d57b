//! `GET /api/v1/people/{id}`: one person.

use super::form::RecordForm;
use super::{form, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;

/// Read a person
///
/// Everybody may read themselves.
#[utoipa::path(get, path = "/api/v1/people/{id}", operation_id = "getPerson", tag = "people",
    params(("id" = String, Path, description = "Reference code.")),
    responses(
        (status = 200, description = "The person.", body = RecordForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<String>,
    _: NoQuery,
) -> Result<Json<RecordForm>, Failure> {
    if id != caller.person_id() {
        caller.require(Grant::AllowReadingPeople)?;
    }
    let person = found(&app, &caller, &id).await?;
    form(&app, &caller, person).await.map(Json)
}
