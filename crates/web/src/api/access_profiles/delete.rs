//! `DELETE /api/v1/access-profiles/{id}`: takes an access profile away.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::ids::AccessProfileId;

/// Delete an access profile
///
/// Refused with 409 while somebody has it, and when it is the default of its type.
#[utoipa::path(delete, path = "/api/v1/access-profiles/{id}", operation_id = "deleteAccessProfile", tag = "access profiles",
    params(("id" = String, Path, description = "The access profile.")),
    responses(
        (status = 204, description = "Gone."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<AccessProfileId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.delete_access_profile(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
