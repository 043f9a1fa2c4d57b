//! `POST /api/v1/people`: makes a person.

use super::body::{NewBody, read_new};
use super::form::RecordForm;
use super::{failure, form};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::access_profile::Grant;
use url::form_urlencoded::byte_serialize;

/// Make a person
#[utoipa::path(post, path = "/api/v1/people", operation_id = "createPerson", tag = "people",
    request_body = NewBody,
    responses(
        (status = 201, description = "The person; `location` leads to them.", body = RecordForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    caller.require(Grant::AllowWritingPeople)?;
    let (id, input) = read_new(&json)?;
    let person = app.engine.create_person(&caller, id, input).await.map_err(failure)?;
    let code: String = byte_serialize(person.reference.id.as_bytes()).collect();
    let location = format!("/api/v1/people/{code}");
    let form = form(&app, &caller, person).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(form)).into_response())
}
