//! `POST /api/v1/tickets/{number}/counterpart`: opens or links a ticket's counterpart in another domain.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::members::Members;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use model::access_profile::Grant;
use model::ids::IntegrationId;
use model::text;
use serde::Serialize;
use serde_json::Value;
use std::num::NonZeroU32;
use utoipa::ToSchema;

/// Which counterpart.
#[derive(ToSchema)]
#[schema(as = CounterpartBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct CounterpartBody {
    /// By which integration.
    integration: String,
    /// The number of a ticket over there; a new one is opened when absent.
    number: Option<i64>,
}

/// A ticket's counterpart.
#[derive(Serialize, ToSchema)]
#[schema(as = Counterpart)]
pub(crate) struct CounterpartForm {
    integration: String,
    /// Its number over there.
    number: i64,
}

/// Add a ticket's counterpart
///
/// Opened with what crosses of the ticket, or linked: what happened before the link does not cross then. From now on both
/// tickets show each other's number.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/counterpart", operation_id = "addCounterpart", tag = "integrations",
    params(("number" = i64, Path, description = "The ticket's number.")),
    request_body = CounterpartBody,
    responses(
        (status = 201, description = "Opened or linked.", body = CounterpartForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(number): Id<NonZeroU32>,
    _: NoQuery,
    body: Result<JsonBody, Failure>,
) -> Result<(StatusCode, Json<CounterpartForm>), Failure> {
    caller.require(Grant::AllowWritingTickets)?;
    let JsonBody(json) = body?;
    let (integration, theirs) = read(&json)?;
    let theirs = app.engine.add_counterpart(&caller, number.get().into(), integration, theirs).await?;
    let form = CounterpartForm { integration: integration.to_string(), number: theirs };
    Ok((StatusCode::CREATED, Json(form)))
}

fn read(json: &Value) -> Result<(IntegrationId, Option<i64>), Failure> {
    let mut members = Members::of(json);
    let wanted = "the id of an integration";
    let integration = members.word("integration", wanted, |text| text.parse::<IntegrationId>().ok());
    let number = members.integer("number");
    if number.is_some_and(|number| number < 1) {
        members.fault("number", text!("must be a ticket's number"));
    }
    members.need("integration");
    members.end()?;
    Ok((integration.unwrap_or(IntegrationId(0)), number))
}
