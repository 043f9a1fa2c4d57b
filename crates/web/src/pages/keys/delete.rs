//! `POST /settings/account/keys/{id}/delete`.

use super::PATH;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::KeyId;

/// Takes the key away: it works no longer.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<KeyId>,
    _: Form,
) -> Result<Response, Failure> {
    app.engine.delete_key(&viewer.caller, id).await?;
    Ok(go_with_note(PATH, "key-deleted"))
}
