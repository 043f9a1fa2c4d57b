//! `GET /api/v1/files/{key}`: what is known of a file, and a link to its bytes.

use super::form::FileForm;
use crate::Shared;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::file::FileKey;

/// Read a file's facts
///
/// They come with a link to the bytes that works for 15 minutes without a key. The file is found by whoever sees its ticket.
#[utoipa::path(get, path = "/api/v1/files/{key}", operation_id = "getFile", tag = "files",
    params(("key" = String, Path, description = "The file's key: `path` of an attachment.")),
    responses(
        (status = 200, description = "The file.", body = FileForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(key): Id<FileKey>,
    _: NoQuery,
) -> Result<Json<FileForm>, Failure> {
    let file = app.engine.find_file(&caller, key).await?;
    Ok(Json(FileForm::new(&app, file)))
}
