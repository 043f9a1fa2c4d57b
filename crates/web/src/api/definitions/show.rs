//! `GET /api/v1/triggers/definitions`: what a trigger of this domain can be made of.

use super::form::DefinitionsForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;

/// Read what triggers can be made of
///
/// Types, fields with the operators that fit them and the values this domain has for them, actions with their members.
#[utoipa::path(get, path = "/api/v1/triggers/definitions", operation_id = "getTriggerDefinitions", tag = "triggers",
    responses(
        (status = 200, description = "Everything a trigger's form needs.", body = DefinitionsForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    _: NoQuery,
) -> Result<Json<DefinitionsForm>, Failure> {
    Ok(Json(DefinitionsForm::of(&app.engine.classification(caller.domain))))
}
