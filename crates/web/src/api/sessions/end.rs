//! `DELETE /api/v1/sessions/{id}`: ends a session.

use crate::Shared;
use crate::auth::Somebody;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::ids::SessionId;

/// End a session
///
/// One's own, or another person's with *Allow creating and changing people*. Its next request is refused, on every node.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", operation_id = "endSession", tag = "session",
    params(("id" = String, Path, description = "The session.")),
    responses(
        (status = 204, description = "Over."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Somebody { caller, .. }: Somebody,
    Id(id): Id<SessionId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.end_session(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
