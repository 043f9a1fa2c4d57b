//! `DELETE /api/v1/people/{id}`: takes a person away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;

/// Delete a person
///
/// Tickets keep what they say of the person. Refused with 409 while something needs the person: an API key, people who
/// are linked to the organization, a trigger that names them; then make the person inactive instead.
#[utoipa::path(delete, path = "/api/v1/people/{id}", operation_id = "deletePerson", tag = "people",
    params(("id" = String, Path, description = "Reference code.")),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<String>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_person(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
