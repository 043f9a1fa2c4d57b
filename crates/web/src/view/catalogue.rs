//! The translations of the sentences that the floors below say: gettext's files `locales/LANGUAGE/texts.po`, keyed by the
//! English template. The pages' own sentences are in `words`.

use model::classification::Locale;
use polib::message::MessageView;
use polib::po_file::{self, POParseError};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Templates with their translations.
type Catalogue = HashMap<String, String>;

static PT_BR: LazyLock<Catalogue> = LazyLock::new(|| catalogue(PT_BR_FILE));
static ES: LazyLock<Catalogue> = LazyLock::new(|| catalogue(ES_FILE));

const PT_BR_FILE: &str = include_str!("../../locales/pt-BR/texts.po");
const ES_FILE: &str = include_str!("../../locales/es/texts.po");

/// The template in that language; none when there is no translation, as in English.
pub(crate) fn translated(locale: Locale, template: &str) -> Option<&'static str> {
    let catalogue: &'static Catalogue = match locale {
        Locale::En => return None,
        Locale::PtBr => &PT_BR,
        Locale::Es => &ES,
    };
    catalogue.get(template).map(String::as_str)
}

/// Every template that has a translation.
pub(crate) fn templates() -> impl Iterator<Item = &'static str> {
    let all: &'static Catalogue = &PT_BR;
    all.keys().map(String::as_str)
}

fn catalogue(file: &str) -> Catalogue {
    // A file that cannot be read leaves everything English: a test complains.
    read(file).unwrap_or_default().into_iter().collect()
}

/// The entries of a file as they stand.
fn read(file: &str) -> Result<Vec<(String, String)>, POParseError> {
    let parsed = po_file::parse_from_reader(file.as_bytes())?;
    let entry = |message: &dyn MessageView| {
        (message.msgid().to_owned(), message.msgstr().map(str::to_owned).unwrap_or_default())
    };
    Ok(parsed.messages().map(entry).filter(|(_, told)| !told.is_empty()).collect())
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
