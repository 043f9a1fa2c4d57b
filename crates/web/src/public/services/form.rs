//! A service as clients get it: Movidesk's members, nulls present.

use crate::error::Failure;
use crate::public::or_null;
use model::classification::{Classification, Service, Side, TicketTypes};
use model::ids::{CategoryId, ServiceId};
use serde::Serialize;
use utoipa::ToSchema;

/// Nothing, always: a member that Movidesk has and Gatilho has no value for.
type Null = Option<()>;

/// A service.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicService)]
pub(crate) struct ServiceForm<'s> {
    id: i64,
    name: &'s str,
    description: Option<&'s str>,
    /// The service above; null for a root.
    parent_service_id: Option<i64>,
    /// 0 public, 1 internal, 2 both.
    service_for_ticket_type: i64,
    /// Who sees it: 1 agents, 2 clients, 3 both.
    is_visible: i64,
    /// Who may choose it: 1 agents, 2 clients, 3 both.
    allow_selection: i64,
    /// Whether a ticket that has it can be resolved and closed.
    allow_finish_ticket: bool,
    is_active: bool,
    #[schema(value_type = Option<String>)]
    automation_macro: Null,
    /// By name.
    default_category: Option<&'s str>,
    /// By name.
    default_urgency: Option<&'s str>,
    /// Whether all categories go with it.
    allow_all_categories: bool,
    /// The categories that go with it, by name, when not all do.
    categories: Vec<&'s str>,
}

/// The public API's number for a side.
fn side(side: Side) -> i64 {
    match side {
        Side::Agents => 1,
        Side::Clients => 2,
        Side::Both => 3,
    }
}

impl<'s> ServiceForm<'s> {
    /// Writes a service of the domain with these words.
    pub(super) fn of(service: &'s Service, words: &'s Classification) -> Self {
        let category = |id: &CategoryId| {
            words.categories.iter().find(|it| it.id == *id).map(|category| category.name.as_str())
        };
        let urgency = words.urgencies.iter().find(|urgency| Some(urgency.id) == service.default_urgency);
        ServiceForm {
            id: service.id.0,
            name: service.name(),
            description: or_null(&service.description),
            parent_service_id: words.service_above(service).map(|above| above.id.0),
            service_for_ticket_type: match service.ticket_types {
                TicketTypes::Public => 0,
                TicketTypes::Internal => 1,
                TicketTypes::Both => 2,
            },
            is_visible: side(service.visible_to),
            allow_selection: side(service.selectable_by),
            allow_finish_ticket: service.allow_finish,
            is_active: service.is_active,
            automation_macro: None,
            default_category: service.default_category.as_ref().and_then(category),
            default_urgency: urgency.map(|urgency| urgency.name.as_str()),
            allow_all_categories: service.categories.is_none(),
            categories: service.categories.iter().flatten().filter_map(category).collect(),
        }
    }
}

/// The service with this number.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: ServiceId) -> Result<ServiceForm<'_>, Failure> {
    let found = words.service_by_id(id);
    found
        .map(|service| ServiceForm::of(service, words))
        .ok_or_else(|| Failure::missing(format_args!("service with the id {}", id.0)))
}
