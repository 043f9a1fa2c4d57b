//! What clients may send, for the API's description alone: reading is tolerant and lives in `body`.

use super::form::TicketForm;
use utoipa::ToSchema;

/// A person by reference code; other members are ignored.
#[derive(ToSchema)]
#[schema(as = PublicReferenceBody)]
#[expect(dead_code, reason = "describes what `reference::Reference` reads")]
pub(crate) struct ReferenceBody {
    id: String,
}

/// A ticket as clients write it. Names match without case; members that only the server sets are ignored; null takes a
/// value away where there may be none.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicTicketBody)]
#[expect(dead_code, reason = "describes what `body::Body` reads")]
pub(crate) struct TicketBody {
    /// 1 internal, 2 public.
    r#type: Option<i64>,
    #[schema(max_length = 350)]
    subject: Option<String>,
    /// By name.
    #[schema(max_length = 128)]
    category: Option<String>,
    /// By name.
    #[schema(max_length = 128)]
    urgency: Option<String>,
    /// By name.
    #[schema(max_length = 128)]
    status: Option<String>,
    #[schema(max_length = 128)]
    justification: Option<String>,
    owner: Option<ReferenceBody>,
    /// By name.
    #[schema(max_length = 128)]
    owner_team: Option<String>,
    /// Who opened it: needed in a new ticket.
    created_by: Option<ReferenceBody>,
    /// The service's levels, root first, or its name alone.
    service_full: Option<Vec<String>>,
    /// The service's name, when `serviceFull` is absent.
    service_first_level: Option<String>,
    service_second_level: Option<String>,
    service_third_level: Option<String>,
    /// Replace all tags of the ticket.
    tags: Option<Vec<String>>,
    cc: Option<String>,
    /// Minutes.
    sla_solution_time: Option<i64>,
    sla_solution_date: Option<String>,
    /// Replace all clients of the ticket: at least one in a new ticket.
    clients: Option<Vec<ReferenceBody>>,
    /// With an `id` an action is changed, without one it is added.
    actions: Option<Vec<ActionBody>>,
    /// Replace all values of the ticket.
    custom_field_values: Option<Vec<CustomFieldBody>>,
}

/// An entry of the thread as clients write it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicActionBody)]
#[expect(dead_code, reason = "describes what `action::Action` reads")]
struct ActionBody {
    id: Option<i64>,
    /// 1 internal, 2 public; the ticket's when absent.
    r#type: Option<i64>,
    /// HTML or plain text.
    description: Option<String>,
    created_date: Option<String>,
    /// The key's own person when absent.
    created_by: Option<ReferenceBody>,
    attachments: Option<Vec<AttachmentBody>>,
    tags: Option<Vec<String>>,
}

/// A file that is stored already.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicAttachmentBody)]
#[expect(dead_code, reason = "describes what `action::File` reads")]
struct AttachmentBody {
    file_name: String,
    path: String,
}

/// The value of a field of the domain's own.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicCustomFieldBody)]
#[expect(dead_code, reason = "describes what `custom_field::CustomField` reads")]
pub(in crate::public) struct CustomFieldBody {
    custom_field_id: i64,
    custom_field_rule_id: i64,
    /// 1 when absent.
    line: Option<i64>,
    value: Option<String>,
    items: Option<Vec<CustomFieldItemBody>>,
}

/// One item of such a value.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicCustomFieldItemBody)]
#[expect(dead_code, reason = "describes what `custom_field::Item` reads")]
struct CustomFieldItemBody {
    custom_field_item: Option<String>,
    person_id: Option<String>,
    client_id: Option<String>,
    team: Option<String>,
    storage_file_guid: Option<String>,
    file_name: Option<String>,
}

/// What the creation of a ticket is answered with.
#[derive(ToSchema)]
#[schema(as = PublicCreatedTicket)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the two answers of `create`")]
pub(crate) enum CreatedForm {
    Number(NumberForm),
    Ticket(Box<TicketForm<'static>>),
}

/// The number of a new ticket.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = PublicTicketNumber)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberForm {
    pub(crate) id: i64,
}
