//! `POST /account/sessions/{id}/end`: signs out elsewhere.

use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::SessionId;

/// Ends one of one's sessions.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<SessionId>,
    _: Form,
) -> Result<Response, Failure> {
    app.engine.end_session(&viewer.caller, id).await?;
    Ok(go_with_note("/account", "session-ended"))
}
