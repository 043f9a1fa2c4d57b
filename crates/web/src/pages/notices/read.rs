//! `POST /notices/{id}/read`: marks a notice read.

use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::extract::State;
use axum::response::Response;
use model::ids::NoticeId;

/// Marks it as it stands now.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<NoticeId>,
    _: Form,
) -> Result<Response, Failure> {
    app.engine.read_notice(&viewer.caller, id).await?;
    Ok(go_with_note("/notices", "notice-read"))
}
