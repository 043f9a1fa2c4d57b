//! `GET /api/v1/access-profiles/{id}`: one access profile.

use super::form::ProfileForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;
use model::ids::AccessProfileId;

/// Read an access profile
#[utoipa::path(get, path = "/api/v1/access-profiles/{id}", operation_id = "getAccessProfile", tag = "access profiles",
    params(("id" = String, Path, description = "The access profile.")),
    responses(
        (status = 200, description = "The access profile.", body = ProfileForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<AccessProfileId>,
    _: NoQuery,
) -> Result<Json<ProfileForm>, Failure> {
    caller.require(Grant::AllowManagingAccessProfiles)?;
    let all = store::access_profiles::all(&app.engine.reader(), caller.domain).await?;
    let found = all.into_iter().find(|found| found.id == id);
    let found = found.ok_or_else(|| Failure::missing(format_args!("access profile {id}")))?;
    Ok(Json(found.into()))
}
