//! `PUT /api/v1/session/password`: changes one's own password.

use crate::Shared;
use crate::auth::Somebody;
use crate::auth::source::Asked;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::members::Members;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use utoipa::ToSchema;

/// Characters of what is typed, at most; what a password may have is decided where it is hashed.
const TYPED_MAX: usize = 1_000;

/// A new password for oneself.
#[derive(ToSchema)]
#[schema(as = PasswordChange)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `handle` reads")]
pub(crate) struct PasswordBody {
    /// The password so far.
    old: String,
    /// 8 to 128 characters.
    new: String,
}

/// Change one's password
///
/// One's other sessions end; the one that the request is in goes on.
#[utoipa::path(put, path = "/api/v1/session/password", operation_id = "changePassword", tag = "session",
    request_body = PasswordBody,
    responses(
        (status = 204, description = "Changed."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Somebody { caller, visit }: Somebody,
    asked: Asked,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<StatusCode, Failure> {
    let mut members = Members::of(&json);
    let old = members.text("old", TYPED_MAX).unwrap_or_default();
    let new = members.text("new", TYPED_MAX).unwrap_or_default();
    members.need("old");
    members.need("new");
    members.end()?;
    let keep = visit.map(|visit| visit.session.id);
    app.engine.change_password(&caller, keep, (old.into(), new.into()), &asked.source).await?;
    Ok(StatusCode::NO_CONTENT)
}
