//! What the other side's type, urgency, category, service and status become on a ticket here.

use model::classification::{Classification, service_path};
use model::integration::{Moved, Opened};
use model::ticket_action::Visibility;
use model::ticket_command::{ChosenService, TicketFields};
use store::integrations::Half;

/// The type as this domain calls it, or as it is.
pub(super) fn visibility(half: &Half, theirs: Visibility) -> Visibility {
    let known = |name: &str| ["public", "internal"].contains(&name).then(|| name.to_owned());
    match half.settings.mapping.r#type.pick(theirs.as_str(), known).as_deref() {
        Some("internal") => Visibility::Internal,
        Some(_) => Visibility::Public,
        None => theirs,
    }
}

/// Urgency, category and service as this domain calls them.
pub(super) fn named(
    half: &Half,
    opened: &Opened,
    words: &Classification,
    fields: TicketFields,
) -> TicketFields {
    let mapping = &half.settings.mapping;
    let service = service_path(&opened.service);
    let service =
        mapping.service.pick(&service, |name| words.service(name).map(|found| service_path(&found.path)));
    let service = service.and_then(|name| words.service(&name).cloned());
    TicketFields {
        urgency: mapping
            .urgency
            .pick(&opened.urgency, |name| words.urgency(name).map(|known| known.name.clone())),
        category: mapping
            .category
            .pick(&opened.category, |name| words.category(name).map(|known| known.name.clone())),
        service: service.map(|service| ChosenService { path: service.path.clone(), id: Some(service.id) }),
        ..fields
    }
}

/// The status as this domain calls it, or one that means the same.
pub(super) fn put_status(fields: &mut TicketFields, half: &Half, moved: &Moved, words: &Classification) {
    let picked = half
        .settings
        .mapping
        .status
        .pick(&moved.status, |name| words.status(name).map(|known| known.name.clone()));
    let status = picked.and_then(|name| words.status(&name)).or_else(|| words.status_of(moved.base));
    if let Some(status) = status {
        fields.status = Some(status.clone());
        fields.justification = Some(moved.justification.clone()).filter(|text| !text.is_empty());
    }
}
