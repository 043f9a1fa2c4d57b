//! `POST /api/v1/notices/{id}/read`: marks a notice read by the key's person.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use http::StatusCode;
use model::ids::NoticeId;

/// Mark a notice as read
///
/// As it stands now: it is unread again when deliveries are given up.
#[utoipa::path(post, path = "/api/v1/notices/{id}/read", operation_id = "readNotice", tag = "notices",
    params(("id" = String, Path, description = "The notice.")),
    responses(
        (status = 204, description = "Read."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<NoticeId>,
    _: NoQuery,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    app.engine.read_notice(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
