//! `POST /public/v1/persons`: makes a person that tickets can name.

use super::body::read_new;
use super::form::PersonForm;
use super::schema::PersonBody;
use crate::Shared;
use crate::auth::ByToken;
use crate::body::Body;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// What the creation of a person is answered with.
#[derive(ToSchema)]
#[schema(as = PublicCreatedPerson)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `handle`")]
enum CreatedForm {
    Code(CodeForm),
    Person(Box<PersonForm>),
}

/// The reference code of a new person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicPersonCode)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeForm {
    id: String,
}

/// Make a person
///
/// A reference code is made when none is given. Without `accessProfile` a person gets the default one of the role; a
/// profile that may more than the caller needs *Allow managing access profiles*.
#[utoipa::path(post, path = "/public/v1/persons", operation_id = "publicCreatePerson", tag = "public",
    params(
        ("returnAllProperties" = Option<bool>, Query, description = "Answer the whole person."),
    ),
    request_body = PersonBody,
    responses(
        (status = 200, description = "The reference code; with `returnAllProperties` the whole person.", body = CreatedForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
    Body(body): Body,
) -> Result<Response, Failure> {
    let (id, input) = read_new(&body)?;
    let person = app.engine.create_person(&caller, id, input).await?;
    if query.return_all {
        return Ok(Json(super::form(&app, &caller, person).await?).into_response());
    }
    Ok(Json(CodeForm { id: person.reference.id }).into_response())
}
