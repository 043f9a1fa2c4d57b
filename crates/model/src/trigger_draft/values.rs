//! The values of conditions compared with the domain's words and put into the form in which they are stored.

use super::Known;
use crate::classification::{BaseStatus, service_path};
use crate::field::Field;
use crate::text::same;

/// Says that the domain has no such name, and which it has.
pub(super) fn unknown(what: &str, name: &str, known: &Known<'_>) -> String {
    let words = known.classification;
    let names: Vec<&str> = match what {
        "status" => words.statuses.iter().map(|status| status.name.as_str()).collect(),
        "urgency" => words.urgencies.iter().map(|urgency| urgency.name.as_str()).collect(),
        "category" => words.categories.iter().map(|category| category.name.as_str()).collect(),
        "team" => words.teams.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    match names.is_empty() {
        true => format!("there is no {what} `{name}` in this domain"),
        false => format!("there is no {what} `{name}` in this domain; there are {}", names.join(", ")),
    }
}

/// The value as the domain writes it.
///
/// # Errors
/// Says that there is no such value, and which there are.
pub(super) fn canonical(field: Field, text: &str, known: &Known<'_>) -> Result<String, String> {
    let words = known.classification;
    let named =
        |found: Option<&str>, what: &str| found.map(str::to_owned).ok_or_else(|| unknown(what, text, known));
    match field {
        Field::Status => named(words.status(text).map(|status| status.name.as_str()), "status"),
        Field::Urgency => named(words.urgency(text).map(|urgency| urgency.name.as_str()), "urgency"),
        Field::Category => named(words.category(text).map(|category| category.name.as_str()), "category"),
        Field::Team => named(words.team(text), "team"),
        Field::Service => {
            let found = words.service(text).map(|service| match service.path.last() {
                Some(leaf) if same(leaf, text) => leaf.clone(),
                _ => service_path(&service.path),
            });
            named(found.as_deref(), "service")
        }
        Field::BaseStatus => {
            let found = BaseStatus::ALL.into_iter().find(|base| same(base.as_str(), text));
            let all = BaseStatus::ALL.map(BaseStatus::as_str).join(", ");
            found
                .map(|base| base.as_str().to_owned())
                .ok_or_else(|| format!("is no base status; there are {all}"))
        }
        Field::Type => match text {
            "1" | "internal" => Ok("internal".into()),
            "2" | "public" => Ok("public".into()),
            _ => Err("must be 1 (internal) or 2 (public)".into()),
        },
        Field::Origin => match text.parse::<u8>() {
            Ok(code @ 0..=25) => Ok(code.to_string()),
            _ => Err("must be an origin's number, 0 to 25".into()),
        },
        Field::Owner | Field::Client => {
            let found = (known.person)(text);
            if found {
                Ok(text.to_owned())
            } else {
                Err(format!("there is no person with the reference code `{text}`"))
            }
        }
        Field::Ticket | Field::Subject | Field::Tags | Field::CustomField(_) => Ok(text.to_owned()),
    }
}
