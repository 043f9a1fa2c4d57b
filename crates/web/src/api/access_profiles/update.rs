//! `PATCH /api/v1/access-profiles/{id}`: replaces the members that are given.

use super::form::{ProfileForm, ProfilePatch, read};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::AccessProfileId;

/// Change an access profile
///
/// It is in force for the next request of everybody who has it. Refused with 409 when nobody could manage access
/// profiles any more.
#[utoipa::path(patch, path = "/api/v1/access-profiles/{id}", operation_id = "updateAccessProfile", tag = "access profiles",
    params(("id" = String, Path, description = "The access profile.")),
    request_body = ProfilePatch,
    responses(
        (status = 200, description = "The access profile as it stands now.", body = ProfileForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<AccessProfileId>,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Json<ProfileForm>, Failure> {
    caller.require(Grant::AllowManagingAccessProfiles)?;
    let changed = app.engine.update_access_profile(&caller, id, read(&json, false)?).await?;
    Ok(Json(changed.into()))
}
