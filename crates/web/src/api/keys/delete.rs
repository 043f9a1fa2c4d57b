//! `DELETE /api/v1/keys/{id}`: takes an API key away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::ids::KeyId;

/// Delete an API key
///
/// It is refused from now on; other nodes take note within a second.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", operation_id = "deleteKey", tag = "keys",
    params(("id" = String, Path, description = "The key's id; not the key.")),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<KeyId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_key(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
