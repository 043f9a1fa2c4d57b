//! An entry of a ticket's thread as clients get it, with its files.

use super::person;
use crate::public::reference::ReferenceForm;
use model::ticket_action::{Attachment, TicketAction};
use serde::Serialize;
use utoipa::ToSchema;

use super::Null;

/// An entry of the thread.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicAction)]
pub(super) struct ActionForm<'t> {
    /// Sequence within the ticket.
    id: i64,
    /// 1 internal, 2 public.
    r#type: i64,
    origin: i64,
    /// Plain text.
    description: &'t str,
    /// Null in lists.
    html_description: Option<&'t str>,
    #[schema(value_type = Option<String>)]
    status: Null,
    #[schema(value_type = Option<String>)]
    justification: Null,
    created_date: String,
    created_by: Option<ReferenceForm<'t>>,
    is_deleted: bool,
    #[schema(value_type = Vec<Object>)]
    time_appointments: [(); 0],
    attachments: Vec<AttachmentForm<'t>>,
    #[schema(value_type = Vec<Object>)]
    expenses: [(); 0],
    tags: &'t [String],
}

/// A file of an action.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicAttachment)]
struct AttachmentForm<'t> {
    file_name: &'t str,
    /// Storage key.
    path: &'t str,
    created_by: Option<ReferenceForm<'t>>,
    created_date: String,
}

impl<'t> ActionForm<'t> {
    pub(super) fn new(action: &'t TicketAction) -> Self {
        let attachment = |file: &'t Attachment| AttachmentForm {
            file_name: &file.file_name,
            path: &file.path,
            created_by: person(file.created_by.as_ref().or(action.created_by.as_ref())),
            created_date: file.created_at.unwrap_or(action.created_at).to_movidesk(),
        };
        ActionForm {
            id: action.id,
            r#type: action.visibility.into(),
            origin: action.origin,
            description: &action.description,
            html_description: Some(&action.html_description),
            status: None,
            justification: None,
            created_date: action.created_at.to_movidesk(),
            created_by: person(action.created_by.as_ref()),
            is_deleted: action.is_deleted,
            time_appointments: [],
            attachments: action.attachments.iter().map(attachment).collect(),
            expenses: [],
            tags: &action.tags,
        }
    }

    pub(super) fn drop_html(&mut self) {
        self.html_description = None;
    }
}
