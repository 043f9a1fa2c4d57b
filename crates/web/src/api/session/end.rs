//! `DELETE /api/v1/session`: logs out.

use crate::Shared;
use crate::auth::Somebody;
use crate::auth::cookies;
use crate::body::NoBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// Log out
///
/// Ends the session that the request is in; for who shows an API key there is none to end.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "logOut", tag = "session",
    responses(
        (status = 204, description = "Logged out."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Somebody { caller, visit }: Somebody,
    _: NoQuery,
    _: NoBody,
) -> Result<Response, Failure> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(visit) = visit {
        app.engine.end_session(&caller, visit.session.id).await?;
        cookies::end(&app, response.headers_mut());
    }
    Ok(response)
}
