//! `GET /api/v1/keys/{id}`: one API key.

use super::form::KeyForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::KeyId;

/// Read an API key
#[utoipa::path(get, path = "/api/v1/keys/{id}", operation_id = "getKey", tag = "keys",
    params(("id" = String, Path, description = "The key's id; not the key.")),
    responses(
        (status = 200, description = "The key.", body = KeyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<KeyId>,
    _: NoQuery,
) -> Result<Json<KeyForm>, Failure> {
    app.engine.require(&caller, Grant::AllowManagingApiKeys)?;
    KeyForm::find(&app, &caller, id).await
}
