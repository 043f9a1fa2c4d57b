//! A file as the native API writes it.

use crate::Shared;
use model::file::FileKey;
use serde::Serialize;
use store::files::FileRow;
use utoipa::ToSchema;

/// A file of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileForm {
    /// 32 hexadecimal digits: the `path` of the attachment.
    #[schema(value_type = String)]
    key: FileKey,
    ticket: i64,
    action: i64,
    name: String,
    /// Bytes.
    size: i64,
    /// In hexadecimal.
    sha256: String,
    /// As it was sent; it is served as this only if nothing can run it.
    content_type: String,
    /// Reference code; null for the system.
    created_by: Option<String>,
    created_at: String,
    /// Answers the file without a key, for whoever has it.
    url: String,
    /// Until when `url` does so.
    url_expires_at: String,
}

/// Files that were added.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Files)]
pub(crate) struct FilesForm {
    items: Vec<FileForm>,
}

impl FilesForm {
    pub(crate) fn new(app: &Shared, files: Vec<FileRow>) -> Self {
        FilesForm { items: files.into_iter().map(|file| FileForm::new(app, file)).collect() }
    }
}

impl FileForm {
    pub(crate) fn new(app: &Shared, file: FileRow) -> Self {
        let link = app.engine.link_to_file(file.key);
        let (base, until) = (&app.public_url, link.until.0);
        FileForm {
            url: format!("{base}/files/{}?until={until}&signature={}", file.key, link.signature),
            url_expires_at: link.until.to_string(),
            key: file.key,
            ticket: file.ticket,
            action: file.action,
            name: file.name,
            size: file.size,
            sha256: file.sha256,
            content_type: file.content_type,
            created_by: Some(file.created_by).filter(|code| !code.is_empty()),
            created_at: file.created_at.to_string(),
        }
    }
}
