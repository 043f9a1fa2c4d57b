//! How services look, and what a caller may write of one.

use crate::error::Failure;
use model::classification::{Classification, Service};
use model::ids::{CategoryId, ServiceId, UrgencyId};
use serde::Serialize;
use utoipa::ToSchema;

/// A service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Service)]
pub(crate) struct ServiceForm {
    #[schema(value_type = String)]
    id: ServiceId,
    /// Its `id` in the public API.
    number: i64,
    name: String,
    /// The service above; null for a root.
    #[schema(value_type = Option<String>)]
    parent: Option<ServiceId>,
    /// Names from the root to this service.
    path: Vec<String>,
    description: String,
    /// Who sees it: `agents`, `clients` or `both`.
    visible_to: &'static str,
    /// Who may choose it: `agents`, `clients` or `both`.
    selectable_by: &'static str,
    /// `public`, `internal` or `both`.
    ticket_types: &'static str,
    /// Whether a ticket that has it can be resolved and closed.
    allow_finish: bool,
    /// Whether it can be chosen.
    is_active: bool,
    /// What a ticket without an urgency gets with it.
    #[schema(value_type = Option<String>)]
    default_urgency: Option<UrgencyId>,
    /// What a ticket without a category gets with it.
    #[schema(value_type = Option<String>)]
    default_category: Option<CategoryId>,
    /// The categories that go with it; null for all.
    #[schema(value_type = Option<Vec<String>>)]
    categories: Option<Vec<CategoryId>>,
}

impl ServiceForm {
    /// Writes a service.
    pub(super) fn of(service: &Service, words: &Classification) -> Self {
        ServiceForm {
            id: service.id,
            number: service.id.0,
            name: service.name().to_owned(),
            parent: words.service_above(service).map(|above| above.id),
            path: service.path.clone(),
            description: service.description.clone(),
            visible_to: service.visible_to.as_str(),
            selectable_by: service.selectable_by.as_str(),
            ticket_types: service.ticket_types.as_str(),
            allow_finish: service.allow_finish,
            is_active: service.is_active,
            default_urgency: service.default_urgency,
            default_category: service.default_category,
            categories: service.categories.clone(),
        }
    }
}

/// A new service.
#[derive(ToSchema)]
#[schema(as = ServiceBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct ServiceBody {
    /// Must not hold `>`.
    #[schema(max_length = 128)]
    name: String,
    /// The service above; null for a root.
    parent: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// Who sees it: `agents`, `clients` or `both`; both when absent.
    visible_to: Option<String>,
    /// Who may choose it: `agents`, `clients` or `both`; both when absent.
    selectable_by: Option<String>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Whether a ticket that has it can be resolved and closed; true when absent.
    allow_finish: Option<bool>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
    /// What a ticket without an urgency gets with it.
    default_urgency: Option<String>,
    /// What a ticket without a category gets with it.
    default_category: Option<String>,
    /// The categories that go with it; null for all.
    categories: Option<Vec<String>>,
}

/// New values for a service.
#[derive(ToSchema)]
#[schema(as = ServicePatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct ServicePatch {
    /// Must not hold `>`.
    #[schema(max_length = 128)]
    name: Option<String>,
    /// The service above; null for a root.
    parent: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// Who sees it: `agents`, `clients` or `both`; both when absent.
    visible_to: Option<String>,
    /// Who may choose it: `agents`, `clients` or `both`; both when absent.
    selectable_by: Option<String>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Whether a ticket that has it can be resolved and closed; true when absent.
    allow_finish: Option<bool>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
    /// What a ticket without an urgency gets with it.
    default_urgency: Option<String>,
    /// What a ticket without a category gets with it.
    default_category: Option<String>,
    /// The categories that go with it; null for all.
    categories: Option<Vec<String>>,
}

/// The service with this id.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: ServiceId) -> Result<ServiceForm, Failure> {
    let found = words.services.iter().find(|it| it.id == id);
    found
        .map(|service| ServiceForm::of(service, words))
        .ok_or_else(|| Failure::missing(format_args!("service {id}")))
}
