//! `POST /settings/account/keys/{id}/rotate`: makes a new key in place of an old one.

use super::Keys;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;
use model::ids::KeyId;

/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// Makes the new key and shows it, this once. The old one works on for a day, unless it is to end at once.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<KeyId>,
    mut form: Form,
) -> Result<Response, Failure> {
    let overlap_ms = if form.text("end") == "now" { 0 } else { DAY_MS };
    let made = app.engine.rotate_key(&viewer.caller, id, overlap_ms).await?;
    let mut keys = Keys::read(&app, &viewer, "").await?;
    keys.made = Some((made.row.name, made.key));
    page(&keys)
}
