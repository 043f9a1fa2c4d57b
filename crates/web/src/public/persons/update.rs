//! `PATCH /public/v1/persons?id=`: changes a person.

use super::body::read_change;
use super::schema::PersonBody;
use crate::Shared;
use crate::auth::ByToken;
use crate::body::Body;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::extract::State;
use http::StatusCode;

/// Change a person
///
/// Only the members that are sent change; lists are replaced as a whole. An `id` in the body is ignored: a reference
/// code stays as it was made.
#[utoipa::path(patch, path = "/public/v1/persons", operation_id = "publicUpdatePerson", tag = "public",
    params(("id" = String, Query, description = "Reference code.")),
    request_body = PersonBody,
    responses(
        (status = 200, description = "Changed; the body is empty."),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
    Body(body): Body,
) -> Result<StatusCode, Failure> {
    app.engine.update_person(&caller, query.person_code()?, read_change(&body)?).await?;
    Ok(StatusCode::OK)
}
