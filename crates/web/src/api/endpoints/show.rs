//! `GET /api/v1/endpoints/{id}`: one receiving URL.

use super::form::EndpointForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use engine::Caller;
use model::ids::EndpointId;

/// Read an endpoint
#[utoipa::path(get, path = "/api/v1/endpoints/{id}", operation_id = "getEndpoint", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint.")),
    responses(
        (status = 200, description = "The endpoint.", body = EndpointForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    Id(id): Id<EndpointId>,
    _: NoQuery,
) -> Result<Json<EndpointForm>, Failure> {
    answer(&app, &caller, id).await
}

/// The endpoint as it stands now, as the answer.
pub(super) async fn answer(
    app: &Shared,
    caller: &Caller,
    id: EndpointId,
) -> Result<Json<EndpointForm>, Failure> {
    let row = store::endpoints::find(&app.engine.reader(), caller.domain, id).await?;
    let row = row.ok_or_else(|| Failure::missing(format_args!("endpoint {id}")))?;
    EndpointForm::read(app, row).await.map(Json)
}
