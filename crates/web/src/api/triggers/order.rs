//! `PUT /api/v1/triggers/order`: puts the triggers into an order.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::fault::Fault;
use model::ids::TriggerId;
use model::text;
use serde_json::Value;
use utoipa::ToSchema;

/// An order of all triggers.
#[derive(ToSchema)]
#[schema(as = TriggerOrder)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct OrderBody {
    /// Every trigger of the domain, each once, the first to run first.
    ids: Vec<String>,
}

/// Put the triggers in order
#[utoipa::path(put, path = "/api/v1/triggers/order", operation_id = "orderTriggers", tag = "triggers",
    request_body = OrderBody,
    responses(
        (status = 204, description = "They run in this order from now on."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<StatusCode, Failure> {
    let ids = read(&json).map_err(Failure::invalid)?;
    app.engine.order_triggers(&caller, &ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(json: &Value) -> Result<Vec<TriggerId>, Vec<Fault>> {
    let members =
        json.as_object().ok_or_else(|| vec![Fault::new("", text!("must be an object `{\"ids\": […]}`"))])?;
    let unknown = members.keys().filter(|name| *name != "ids");
    let mut faults: Vec<Fault> =
        unknown.map(|name| Fault::new(name, text!("is not known; allowed is ids"))).collect();
    let mut ids = Vec::new();
    match members.get("ids") {
        Some(Value::Array(values)) => {
            for (at, value) in values.iter().enumerate() {
                match value.as_str().unwrap_or_default().parse::<TriggerId>() {
                    Ok(id) => ids.push(id),
                    Err(error) => faults.push(Fault::new(format!("ids[{at}]"), error.text())),
                }
            }
        }
        _ => faults.push(Fault::new("ids", text!("must be a list of trigger ids"))),
    }
    if faults.is_empty() { Ok(ids) } else { Err(faults) }
}
