//! `POST /public/v1/ticketFileUpload?id=&actionId=`: adds files to an action.

use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::files::upload::{UploadBody, receive};
use crate::public::number_of;
use axum::Json;
use axum::extract::{Request, State};
use model::file::FileKey;
use serde::Serialize;
use store::files::FileRow;
use utoipa::ToSchema;

/// What was added. The original's answer is not known; its clients look at the status alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicUpload)]
pub(crate) struct UploadForm {
    /// The ticket.
    id: i64,
    action_id: i64,
    attachments: Vec<UploadedForm>,
}

/// A file that was added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicUploadedFile)]
struct UploadedForm {
    file_name: String,
    /// Its key: `GET /files/{path}` answers the file.
    #[schema(value_type = String)]
    path: FileKey,
    /// Bytes.
    size: i64,
}

impl From<FileRow> for UploadedForm {
    fn from(file: FileRow) -> Self {
        UploadedForm { file_name: file.name, path: file.key, size: file.size }
    }
}

/// Upload files
///
/// Each part with a file name is a file of the action from then on; that is a change of the ticket like any other. Either
/// all files of a request are added or none. The setting `files.size_max` bounds each of them.
#[utoipa::path(post, path = "/public/v1/ticketFileUpload", operation_id = "publicUploadFiles", tag = "public",
    params(
        ("id" = i64, Query, description = "The ticket's number."),
        ("actionId" = i64, Query, description = "The action."),
    ),
    request_body(content = UploadBody, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Added.", body = UploadForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    request: Request,
) -> Result<Json<UploadForm>, Failure> {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let (id, action_id) = (number_of(query, "id")?, number_of(query, "actionId")?);
    let files = receive(&app, &caller, (id, action_id), &parts.headers, body).await?;
    let attachments = files.into_iter().map(UploadedForm::from).collect();
    Ok(Json(UploadForm { id, action_id, attachments }))
}
