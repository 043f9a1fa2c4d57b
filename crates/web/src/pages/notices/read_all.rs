//! `POST /notices/read`: marks all notices read.

use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;

/// Marks them as they stand now.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, _: Form) -> Result<Response, Failure> {
    app.engine.read_all_notices(&viewer.caller).await?;
    Ok(go_with_note("/notices", "notices-read"))
}
