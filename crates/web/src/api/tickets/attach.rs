//! `POST /api/v1/tickets/{number}/actions/{id}/attachments`: adds files to an action.

use crate::Shared;
use crate::api::files::form::FilesForm;
use crate::auth::ByKey;
use crate::error::Failure;
use crate::files::upload::{UploadBody, receive};
use crate::path::Ids;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::{Request, State};
use http::StatusCode;

/// Add files to an action
///
/// Each part with a file name is a file of the action from then on; that is a change of the ticket like any other. Either
/// all files of a request are added or none. The setting `files.size_max` bounds each of them.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/actions/{id}/attachments", operation_id = "addAttachments",
    tag = "files",
    params(
        ("number" = i64, Path, description = "The ticket's number."),
        ("id" = i64, Path, description = "The action's."),
    ),
    request_body(content = UploadBody, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Added.", body = FilesForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Ids(ticket, action): Ids<i64, i64>,
    _: NoQuery,
    request: Request,
) -> Result<(StatusCode, Json<FilesForm>), Failure> {
    let (parts, body) = request.into_parts();
    let files = receive(&app, &caller, (ticket, action), &parts.headers, body).await?;
    Ok((StatusCode::CREATED, Json(FilesForm::new(&app, files))))
}
