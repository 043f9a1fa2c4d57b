//! How somebody wants to see pages: language, theme, time zone. Known without knowing who it is, so that the sign-in page
//! and refusals speak their language too.

use super::words::Words;
use crate::auth::cookies;
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use jiff::tz::TimeZone;
use model::classification::Locale;

/// The cookie that keeps a chosen language.
pub(crate) const LANGUAGE_COOKIE: &str = "gatilho_language";
/// The cookie that keeps a chosen theme.
pub(crate) const THEME_COOKIE: &str = "gatilho_theme";

/// Light, dark, or what the device says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// What the device says.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word in cookies, forms and the page's root.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads such a word.
    pub(crate) fn parse(text: &str) -> Option<Theme> {
        [Theme::Auto, Theme::Light, Theme::Dark].into_iter().find(|theme| theme.as_str() == text)
    }
}

/// How pages look for somebody.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// The sentences.
    pub(crate) words: Words,
    /// The colours.
    pub(crate) theme: Theme,
    /// The zone in which dates are shown.
    pub(crate) zone: TimeZone,
}

impl Look {
    /// What the request itself says: a chosen language, else the browser's.
    pub(crate) fn of(headers: &HeaderMap) -> Look {
        Look::with(headers, None, None)
    }

    /// The same for somebody whose language and time zone (IANA) may be known.
    pub(crate) fn with(headers: &HeaderMap, culture: Option<&str>, zone: Option<&str>) -> Look {
        let chosen = cookies::read(headers, LANGUAGE_COOKIE).and_then(language);
        let browser = || {
            let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok())?;
            accepted.split(',').find_map(|part| language(part.split(';').next().unwrap_or_default().trim()))
        };
        let locale = chosen.or_else(|| culture.and_then(language)).or_else(browser).unwrap_or(Locale::En);
        Look {
            words: Words::new(locale),
            theme: cookies::read(headers, THEME_COOKIE).and_then(Theme::parse).unwrap_or_default(),
            zone: zone
                .filter(|name| !name.is_empty())
                .and_then(|name| TimeZone::get(name).ok())
                .unwrap_or(TimeZone::UTC),
        }
    }
}

/// The language that a tag such as `pt-BR` or `es` asks for, if it is one of ours.
pub(crate) fn language(tag: &str) -> Option<Locale> {
    match tag.get(..2)?.to_ascii_lowercase().as_str() {
        "en" => Some(Locale::En),
        "pt" => Some(Locale::PtBr),
        "es" => Some(Locale::Es),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use http::header::COOKIE;

    fn headers(pairs: &[(http::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_chosen_language_wins_over_the_persons_and_the_browsers() {
        let browser = headers(&[(ACCEPT_LANGUAGE, "de, es-AR;q=0.8, en;q=0.5")]);
        assert_eq!(Look::of(&browser).words.tag(), "es");
        assert_eq!(Look::with(&browser, Some("pt-BR"), None).words.tag(), "pt-BR");
        let chosen =
            headers(&[(ACCEPT_LANGUAGE, "es"), (COOKIE, "a=b; gatilho_language=en; gatilho_theme=dark")]);
        let look = Look::with(&chosen, Some("pt-BR"), Some("America/Sao_Paulo"));
        assert_eq!((look.words.tag(), look.theme), ("en", Theme::Dark));
        assert_eq!(look.zone.iana_name(), Some("America/Sao_Paulo"));
    }

    #[test]
    fn nonsense_is_passed_over() {
        let nonsense =
            headers(&[(ACCEPT_LANGUAGE, ",;x"), (COOKIE, "gatilho_language; gatilho_theme=pink; =")]);
        let look = Look::with(&nonsense, Some(""), Some("Nowhere/Land"));
        assert_eq!((look.words.tag(), look.theme, look.zone.iana_name()), ("en", Theme::Auto, Some("UTC")));
    }
}
