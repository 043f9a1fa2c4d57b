//! The values of conditions compared with the domain's words and put into the form in which they are stored.

use super::Known;
use crate::classification::{BaseStatus, service_path};
use crate::field::Field;
use crate::text;
use crate::text::same;
use crate::wording::Text;

/// Says that the domain has no such name, and which it has.
pub(super) fn unknown(field: Field, name: &str, known: &Known<'_>) -> Text {
    let words = known.classification;
    let names: Vec<&str> = match field {
        Field::Status => words.statuses.iter().map(|status| status.name.as_str()).collect(),
        Field::Urgency => words.urgencies.iter().map(|urgency| urgency.name.as_str()).collect(),
        Field::Category => words.categories.iter().map(|category| category.name.as_str()).collect(),
        Field::Team => words.teams.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let missing = match field {
        Field::Status => text!("there is no status `{name}` in this domain", name),
        Field::Urgency => text!("there is no urgency `{name}` in this domain", name),
        Field::Category => text!("there is no category `{name}` in this domain", name),
        Field::Team => text!("there is no team `{name}` in this domain", name),
        _ => text!("there is no service `{name}` in this domain", name),
    };
    match names.is_empty() {
        true => missing,
        false => text!("{missing}; there are {names}", missing, names = names.join(", ")),
    }
}

/// The value as the domain writes it.
///
/// # Errors
/// Says that there is no such value, and which there are.
pub(super) fn canonical(field: Field, text: &str, known: &Known<'_>) -> Result<String, Text> {
    let words = known.classification;
    let named = |found: Option<&str>| found.map(str::to_owned).ok_or_else(|| unknown(field, text, known));
    match field {
        Field::Status => named(words.status(text).map(|status| status.name.as_str())),
        Field::Urgency => named(words.urgency(text).map(|urgency| urgency.name.as_str())),
        Field::Category => named(words.category(text).map(|category| category.name.as_str())),
        Field::Team => named(words.team(text)),
        Field::Service => {
            let found = words.service(text).map(|service| match service.path.last() {
                Some(leaf) if same(leaf, text) => leaf.clone(),
                _ => service_path(&service.path),
            });
            named(found.as_deref())
        }
        Field::BaseStatus => {
            let found = BaseStatus::ALL.into_iter().find(|base| same(base.as_str(), text));
            let all = BaseStatus::ALL.map(BaseStatus::as_str).join(", ");
            found
                .map(|base| base.as_str().to_owned())
                .ok_or_else(|| text!("is no base status; there are {all}", all))
        }
        Field::Type => match text {
            "1" | "internal" => Ok("internal".into()),
            "2" | "public" => Ok("public".into()),
            _ => Err(text!("must be 1 (internal) or 2 (public)")),
        },
        Field::Origin => match text.parse::<u8>() {
            Ok(code @ 0..=25) => Ok(code.to_string()),
            _ => Err(text!("must be an origin's number, 0 to 25")),
        },
        Field::Owner | Field::Client => {
            let found = (known.person)(text);
            if found {
                Ok(text.to_owned())
            } else {
                Err(text!("there is no person with the reference code `{id}`", id = text))
            }
        }
        Field::Ticket | Field::Subject | Field::Tags | Field::CustomField(_) => Ok(text.to_owned()),
    }
}
