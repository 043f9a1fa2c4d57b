//! `POST /api/v1/people/{id}/password`: gives somebody a password.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::OptionalBody;
use crate::error::Failure;
use crate::members::Members;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::commands::passwords::NewPassword;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use utoipa::ToSchema;

/// Characters of what is typed, at most.
const TYPED_MAX: usize = 1_000;

/// A password for somebody else.
#[derive(ToSchema)]
#[schema(as = PasswordReset)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `handle` reads")]
pub(crate) struct ResetBody {
    /// 8 to 128 characters; one is made when absent.
    password: Option<String>,
    /// Another user name, beside the person's e-mail address. What they log in by stays when absent.
    user: Option<String>,
}

/// A password, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = GivenPassword)]
pub(crate) struct GivenForm {
    /// Null when the request held one.
    password: Option<String>,
}

/// Give somebody a password
///
/// They have to change it at their next log-in; their sessions end. Nobody can do so to a person who may do more than
/// they may themselves.
#[utoipa::path(post, path = "/api/v1/people/{id}/password", operation_id = "resetPassword", tag = "session",
    params(("id" = String, Path, description = "The person's reference code.")),
    request_body = Option<ResetBody>,
    responses(
        (status = 200, description = "The password, if one was made.", body = GivenForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<String>,
    _: NoQuery,
    OptionalBody(json): OptionalBody,
) -> Result<Response, Failure> {
    let mut members = Members::of(&json);
    let password = members.text_or_null("password", TYPED_MAX).filter(|text| !text.is_empty());
    let user = members.text_or_null("user", TYPED_MAX).filter(|text| !text.is_empty());
    members.end()?;
    let new = NewPassword { user, password: password.map(Into::into) };
    let password = app.engine.reset_password(&caller, &id, new).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(GivenForm { password })).into_response())
}
