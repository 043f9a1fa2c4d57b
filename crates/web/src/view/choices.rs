//! Languages and time zones that forms offer.

use super::words::Words;

/// A choice of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What the form sends.
    pub(crate) value: String,
    /// What people read.
    pub(crate) label: String,
    /// Whether it is the one.
    pub(crate) chosen: bool,
}

/// Time zones that are offered first; every other one of the IANA can be typed.
pub(crate) const ZONES: &[&str] = &[
    "America/Sao_Paulo",
    "America/Manaus",
    "America/Rio_Branco",
    "America/Noronha",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Caracas",
    "America/Guayaquil",
    "America/Lima",
    "America/Mexico_City",
    "America/Montevideo",
    "America/Santiago",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Africa/Luanda",
    "Africa/Maputo",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Madrid",
    "UTC",
];

/// The languages of the pages, the browser's first, and the one that stands when it is another.
pub(crate) fn languages(t: Words, current: &str) -> Vec<Choice> {
    let known = [
        ("", t.say("language-of-browser")),
        ("pt-BR", "Português".to_owned()),
        ("en", "English".to_owned()),
        ("es", "Español".to_owned()),
    ];
    let choice =
        |(value, label): (&str, String)| Choice { value: value.into(), label, chosen: value == current };
    let mut all: Vec<Choice> = known.into_iter().map(choice).collect();
    if all.iter().all(|choice| !choice.chosen) {
        all.push(choice((current, current.to_owned())));
        if let Some(other) = all.last_mut() {
            other.chosen = true;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    #[test]
    fn a_language_that_no_page_speaks_stays_as_it_is() {
        let tags = |current| -> Vec<String> {
            let all = languages(Words::new(Locale::En), current);
            assert_eq!(all.iter().filter(|choice| choice.chosen).count(), 1);
            all.into_iter().map(|choice| choice.value).collect()
        };
        assert_eq!(tags("pt-BR"), ["", "pt-BR", "en", "es"]);
        assert_eq!(tags("fr-FR"), ["", "pt-BR", "en", "es", "fr-FR"]);
    }

    #[test]
    fn every_zone_that_is_offered_exists() {
        for zone in ZONES {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
