//! `DELETE /public/v1/persons?id=`: takes a person away.

use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::extract::State;
use http::StatusCode;

/// Delete a person
///
/// Tickets keep what they say of the person. Refused with 409 while something needs the person: an API key, people who
/// are linked to the organization, a trigger that names them; then make the person inactive instead.
#[utoipa::path(delete, path = "/public/v1/persons", operation_id = "publicDeletePerson", tag = "public",
    params(("id" = String, Query, description = "Reference code.")),
    responses(
        (status = 200, description = "Gone; the body is empty."),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
) -> Result<StatusCode, Failure> {
    app.engine.delete_person(&caller, query.person_code()?).await?;
    Ok(StatusCode::OK)
}
