//! How statuses look, and what a caller may write of one.

use crate::error::Failure;
use model::classification::{Classification, Status};
use model::ids::StatusId;
use serde::Serialize;
use utoipa::ToSchema;

/// A status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusForm {
    #[schema(value_type = String)]
    id: StatusId,
    name: String,
    /// New, InAttendance, Stopped, Canceled, Resolved or Closed.
    base_status: &'static str,
    /// Whether a ticket needs a reason to stand in it.
    requires_justification: bool,
    /// The reasons there are; when there are none, any text is one.
    justifications: Vec<String>,
    /// `public`, `internal` or `both`.
    ticket_types: &'static str,
    /// Whether it can be chosen.
    is_active: bool,
    /// Whether it stands for its base status where none is named.
    is_default: bool,
}

impl From<&Status> for StatusForm {
    fn from(status: &Status) -> Self {
        StatusForm {
            id: status.id,
            name: status.name.clone(),
            base_status: status.base.as_str(),
            requires_justification: status.requires_justification,
            justifications: status.justifications.clone(),
            ticket_types: status.ticket_types.as_str(),
            is_active: status.is_active,
            is_default: status.is_default,
        }
    }
}

/// A new status.
#[derive(ToSchema)]
#[schema(as = StatusBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct StatusBody {
    #[schema(max_length = 128)]
    name: String,
    /// New, InAttendance, Stopped, Canceled, Resolved or Closed.
    base_status: String,
    /// Whether a ticket needs a reason to stand in it; false when absent.
    requires_justification: Option<bool>,
    /// The reasons there are; when there are none, any text is one.
    justifications: Option<Vec<String>>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
    /// Whether it stands for its base status where none is named; takes that from the one that was.
    is_default: Option<bool>,
}

/// New values for a status; its base status never changes.
#[derive(ToSchema)]
#[schema(as = StatusPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct StatusPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    /// New, InAttendance, Stopped, Canceled, Resolved or Closed.
    base_status: Option<String>,
    /// Whether a ticket needs a reason to stand in it; false when absent.
    requires_justification: Option<bool>,
    /// The reasons there are; when there are none, any text is one.
    justifications: Option<Vec<String>>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
    /// Whether it stands for its base status where none is named; takes that from the one that was.
    is_default: Option<bool>,
}

/// The status with this id.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: StatusId) -> Result<StatusForm, Failure> {
    let found = words.statuses.iter().find(|it| it.id == id);
    found.map(StatusForm::from).ok_or_else(|| Failure::missing(format_args!("status {id}")))
}
