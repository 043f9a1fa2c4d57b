//! `POST /settings/people/{id}/end-sessions`: signs somebody out everywhere.

use super::address;
use super::view::find;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;

/// Ends the person's sessions, but for the one that the caller is in.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<String>,
    _: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowWritingPeople)?;
    find(&app, &viewer, &id).await?;
    app.engine.end_sessions_of(&viewer.caller, &id, viewer.session).await?;
    Ok(go_with_note(&address(&id), "sessions-ended"))
}
