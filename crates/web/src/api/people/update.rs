//! `PATCH /api/v1/people/{id}`: replaces the members that are given.

use super::body::{PatchBody, read_change};
use super::form::RecordForm;
use super::{failure, form, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;

/// Change a person
///
/// The members given replace those of the person; the others stay. The reference code stays as it was made.
#[utoipa::path(patch, path = "/api/v1/people/{id}", operation_id = "updatePerson", tag = "people",
    params(("id" = String, Path, description = "Reference code.")),
    request_body = PatchBody,
    responses(
        (status = 200, description = "The person as they stand now.", body = RecordForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<String>,
    _: NoQuery,
    body: Result<JsonBody, Failure>,
) -> Result<Json<RecordForm>, Failure> {
    caller.require(Grant::AllowWritingPeople)?;
    // Any text can be a reference code: whether it is one is asked before what should become of it.
    found(&app, &caller, &id).await?;
    let JsonBody(json) = body?;
    let person = app.engine.update_person(&caller, &id, read_change(&json)?).await.map_err(failure)?;
    form(&app, &caller, person).await.map(Json)
}
