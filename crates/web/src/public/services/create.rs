//! `POST /public/v1/services`: makes a service.

use super::body::{ServiceBody, publicly, read_service};
use super::form::{ServiceForm, found};
use crate::Shared;
use crate::auth::ByToken;
use crate::body::Body;
use crate::error::Failure;
use crate::public::query::PublicQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use model::classification::Noun;
use model::ids::ServiceId;
use serde::Serialize;
use utoipa::ToSchema;

/// What the creation of a service is answered with.
#[derive(ToSchema)]
#[schema(as = PublicCreatedService)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `handle`")]
enum CreatedForm {
    Number(NumberForm),
    Service(ServiceForm<'static>),
}

/// The number of a new service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicServiceNumber)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberForm {
    id: i64,
}

/// Make a service
///
/// The tree has three levels.
#[utoipa::path(post, path = "/public/v1/services", operation_id = "publicCreateService", tag = "public",
    params(
        ("returnAllProperties" = Option<bool>, Query, description = "Answer the whole service."),
    ),
    request_body = ServiceBody,
    responses(
        (status = 200, description = "Its number; with `returnAllProperties` the whole service.", body = CreatedForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    query: PublicQuery,
    Body(body): Body,
) -> Result<Response, Failure> {
    app.engine.require(&caller, Noun::Service.grant())?;
    let json = read_service(&body, &app.engine.classification(caller.domain))?;
    let made = app.engine.create_word(&caller, Noun::Service, &json).await;
    let (id, words) = made.map_err(publicly)?;
    match query.return_all {
        true => Ok(Json(found(&words, ServiceId(id))?).into_response()),
        false => Ok(Json(NumberForm { id }).into_response()),
    }
}
