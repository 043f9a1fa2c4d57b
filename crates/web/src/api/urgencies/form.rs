//! How urgencies look, and what a caller may write of one.

use crate::error::Failure;
use model::classification::{Classification, Urgency};
use model::ids::UrgencyId;
use serde::Serialize;
use utoipa::ToSchema;

/// An urgency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Urgency)]
pub(crate) struct UrgencyForm {
    #[schema(value_type = String)]
    id: UrgencyId,
    name: String,
    /// Whether it can be chosen.
    is_active: bool,
}

impl From<&Urgency> for UrgencyForm {
    fn from(urgency: &Urgency) -> Self {
        UrgencyForm { id: urgency.id, name: urgency.name.clone(), is_active: urgency.is_active }
    }
}

/// A new urgency.
#[derive(ToSchema)]
#[schema(as = UrgencyBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct UrgencyBody {
    #[schema(max_length = 128)]
    name: String,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
}

/// New values for an urgency.
#[derive(ToSchema)]
#[schema(as = UrgencyPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct UrgencyPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
}

/// The urgency with this id.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: UrgencyId) -> Result<UrgencyForm, Failure> {
    let found = words.urgencies.iter().find(|it| it.id == id);
    found.map(UrgencyForm::from).ok_or_else(|| Failure::missing(format_args!("urgency {id}")))
}
