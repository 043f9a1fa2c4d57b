//! `GET /api/v1/access-profiles/parameters`: what an access profile can allow.

use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::access_profile::{Grant, UserType};
use serde::Serialize;
use utoipa::ToSchema;

/// All parameters, in the order of the profile's page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessParameters)]
pub(crate) struct ParametersForm {
    parameters: Vec<ParameterForm>,
}

/// A parameter of an access profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessParameter)]
struct ParameterForm {
    /// Its word in `grants`.
    word: String,
    /// Its name on the page.
    name: String,
    /// The tab of the page: `settings`, `tickets` or `people`.
    group: &'static str,
    /// The types of profiles that may have it.
    user_types: Vec<&'static str>,
}

/// List the parameters of access profiles
#[utoipa::path(get, path = "/api/v1/access-profiles/parameters", operation_id = "getAccessParameters",
    tag = "access profiles",
    responses(
        (status = 200, description = "All parameters.", body = ParametersForm),
    ))]
pub(crate) async fn handle(
    State(_): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
) -> Result<Json<ParametersForm>, Failure> {
    caller.require(Grant::AllowManagingAccessProfiles)?;
    let parameter = |grant: Grant| ParameterForm {
        word: grant.word(),
        name: grant.name(),
        group: grant.group().as_str(),
        user_types: UserType::ALL
            .into_iter()
            .filter(|kind| grant.suits(*kind))
            .map(UserType::as_str)
            .collect(),
    };
    Ok(Json(ParametersForm { parameters: Grant::ALL.into_iter().map(parameter).collect() }))
}
