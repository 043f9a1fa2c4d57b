//! `POST /api/v1/deliveries/resend`: sends again what the log's filters name, or only counts it.

use super::filter;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::body::Body;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use model::fault::Fault;
use model::text;
use serde::Serialize;
use serde_json::{Map, Value};
use store::log::RESEND_MAX;
use utoipa::ToSchema;

/// How many deliveries go out again, or would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Resent)]
pub(crate) struct ResentForm {
    count: i64,
    /// False when they were only counted.
    resent: bool,
    /// There are, or may be, more than one call takes: ask again.
    more: bool,
}

/// Which deliveries: the filters of the log. They may stand in the query as well.
#[derive(ToSchema)]
#[schema(as = ResendBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct ResendBody {
    /// `failed` (when absent), `cancelled` or `delivered`.
    status: Option<String>,
    trigger: Option<String>,
    ticket: Option<i64>,
    url: Option<String>,
    endpoint: Option<String>,
    since: Option<String>,
    until: Option<String>,
    /// Only count.
    count: Option<bool>,
}

/// Send deliveries again
///
/// Oldest first, at most 10000 in one call, stored as one write. `count=true` only counts them.
#[utoipa::path(post, path = "/api/v1/deliveries/resend", operation_id = "resendDeliveries", tag = "deliveries",
    params(
        ("status" = Option<String>, Query, description = "`failed` (when absent), `cancelled` or `delivered`."),
        ("trigger" = Option<String>, Query, description = "The trigger that fired."),
        ("ticket" = Option<i64>, Query, description = "The ticket's number."),
        ("url" = Option<String>, Query, description = "The receiver, as typed in the trigger."),
        ("endpoint" = Option<String>, Query, description = "The receiver by its id."),
        ("since" = Option<String>, Query, description = "Updated at this time or later."),
        ("until" = Option<String>, Query, description = "Updated before this time."),
        ("count" = Option<bool>, Query, description = "Only count."),
    ),
    request_body = Option<ResendBody>,
    responses(
        (status = 200, description = "How many.", body = ResentForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    mut query: Query,
    Body(body): Body,
) -> Result<Json<ResentForm>, Failure> {
    query.add(members(&body)?);
    let asked = filter::read(&mut query);
    let only_count = query.flag("count");
    query.finish()?;
    let Some(filter) = asked.resolve(&app, &caller).await? else {
        return Ok(Json(ResentForm { count: 0, resent: !only_count, more: false }));
    };
    if only_count {
        let count = app.engine.count_resendable(&caller, &filter).await?;
        return Ok(Json(ResentForm {
            count: count.min(RESEND_MAX),
            resent: false,
            more: count > RESEND_MAX,
        }));
    }
    let count = app.engine.resend_matching(&caller, &filter).await?;
    Ok(Json(ResentForm { count, resent: true, more: count >= RESEND_MAX }))
}

/// The members of the body, if there is one, as parameters.
fn members(body: &Bytes) -> Result<Vec<(String, String)>, Failure> {
    if body.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let members: Map<String, Value> =
        match serde_json::from_slice(body).map_err(|error| crate::body::syntax(&error))? {
            Value::Object(members) => members,
            _ => return Err(Failure::fault("", text!("must be an object with the log's filters"))),
        };
    let mut pairs = Vec::with_capacity(members.len());
    let mut faults = Vec::new();
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::String(text) => pairs.push((name, text)),
            Value::Number(number) => pairs.push((name, number.to_string())),
            Value::Bool(flag) => pairs.push((name, flag.to_string())),
            Value::Array(_) | Value::Object(_) => faults.push(Fault::new(name, text!("must be one value"))),
        }
    }
    if faults.is_empty() { Ok(pairs) } else { Err(Failure::invalid(faults)) }
}
