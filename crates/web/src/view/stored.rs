//! What was stored in English, told in the reader's language: errors of the log, notices, why actions were undone. The store
//! keeps finished sentences; here their template is found again.

use super::catalogue;
use super::words::Words;
use crate::mask::mask_text;
use model::classification::Locale;
use model::wording::{Text, is_place};
use regex::{Regex, RegexSet};
use std::cmp::Reverse;
use std::sync::{LazyLock, OnceLock};

/// Places of templates that hold a sentence themselves.
const SENTENCES: [&str; 5] = ["why", "refusal", "limit", "detail", "what"];

/// Places that hold no blank: addresses and numbers. Others end where the template goes on, or at a backtick.
const UNBROKEN: [&str; 10] =
    ["address", "at", "bytes", "count", "host", "max", "own", "seconds", "size", "status"];

/// How deep sentences stand in sentences.
const DEPTH_MAX: usize = 4;

/// A sentence with the language that it is in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    /// The sentence.
    pub(crate) words: String,
    /// Its language's tag: the reader's, or English.
    pub(crate) lang: &'static str,
}

impl Stored {
    /// A stored sentence for this reader. One that is not known, such as what a receiver said, stays as it is.
    pub(crate) fn new(t: Words, stored: &str) -> Stored {
        let told = if t.locale() == Locale::En { None } else { sentence(t, stored, DEPTH_MAX) };
        match told {
            Some(words) => Stored { words, lang: t.tag() },
            None => Stored { words: stored.to_owned(), lang: "en" },
        }
    }

    /// The same with the secrets of its URLs hidden, for lists and notices.
    pub(crate) fn masked(t: Words, stored: &str) -> Stored {
        let told = Stored::new(t, stored);
        Stored { words: mask_text(&told.words), ..told }
    }

    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// A template as a pattern for the sentences that were made of it.
struct Pattern {
    template: &'static str,
    places: Vec<&'static str>,
    source: String,
    regex: OnceLock<Option<Regex>>,
    /// Letters that are its own: the more of them, the surer.
    own: usize,
}

static PATTERNS: LazyLock<(RegexSet, Vec<Pattern>)> = LazyLock::new(|| {
    let patterns: Vec<Pattern> = catalogue::templates().map(pattern).collect();
    // One that cannot be read leaves everything English: a test complains.
    (RegexSet::new(patterns.iter().map(|pattern| &pattern.source)).unwrap_or_default(), patterns)
});

fn pattern(template: &'static str) -> Pattern {
    let (mut places, mut own, mut source, mut rest) = (Vec::new(), 0, String::from("(?s)^"), template);
    let mut put = |source: &mut String, literal: &str| {
        own += literal.chars().filter(|letter| letter.is_alphabetic()).count();
        source.push_str(&regex::escape(literal));
    };
    while let Some((before, after)) = rest.split_once('{') {
        rest = match after.split_once('}').filter(|(name, _)| is_place(name)) {
            Some((name, behind)) => {
                put(&mut source, before);
                source.push_str(match (before.ends_with('`'), UNBROKEN.contains(&name)) {
                    (true, _) => "([^`]*)",
                    (false, true) => r"(\S+)",
                    (false, false) => "(.*?)",
                });
                places.push(name);
                behind
            }
            None => {
                put(&mut source, &rest[..=before.len()]);
                after
            }
        };
    }
    put(&mut source, rest);
    source.push('$');
    Pattern { template, places, source, regex: OnceLock::new(), own }
}

/// A sentence, or several faults as they are listed: `field: what; field: what`.
fn sentence(t: Words, stored: &str, depth: usize) -> Option<String> {
    let part = |part: &str| {
        let field = part.split_once(": ").filter(|(field, _)| !field.contains(' '));
        field.and_then(|(field, what)| Some(format!("{field}: {}", of_template(t, what, depth)?)))
    };
    let listed = || stored.split("; ").map(part).collect::<Option<Vec<_>>>().map(|parts| parts.join("; "));
    if stored.contains("; ") {
        listed().or_else(|| of_template(t, stored, depth))
    } else {
        of_template(t, stored, depth)
    }
}

/// The sentence with its template found again.
fn of_template(t: Words, stored: &str, depth: usize) -> Option<String> {
    let (set, patterns) = &*PATTERNS;
    let depth = depth.checked_sub(1)?;
    let mut fitting: Vec<&Pattern> = set.matches(stored).iter().filter_map(|at| patterns.get(at)).collect();
    fitting.sort_by_key(|pattern| (Reverse(pattern.own), pattern.template));
    fitting.into_iter().find_map(|pattern| filled(t, pattern, stored, depth))
}

fn filled(t: Words, pattern: &Pattern, stored: &str, depth: usize) -> Option<String> {
    let regex = pattern.regex.get_or_init(|| Regex::new(&pattern.source).ok()).as_ref()?;
    let captured = regex.captures(stored)?;
    let (mut is_sure, mut arguments) = (pattern.own > 0, Vec::new());
    for (place, value) in pattern.places.iter().zip(captured.iter().skip(1)) {
        let value = value.map_or("", |value| value.as_str());
        let inner = if SENTENCES.contains(place) { sentence(t, value, depth) } else { None };
        is_sure |= inner.is_some();
        arguments.push((*place, Text::given(inner.unwrap_or_else(|| value.to_owned()))));
    }
    is_sure.then(|| t.text(&Text::Template(pattern.template, arguments)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spanish(stored: &str) -> Stored {
        Stored::new(Words::new(Locale::Es), stored)
    }

    #[test]
    fn what_was_stored_in_english_is_told_in_the_readers_language() {
        for (stored, told) in [
            ("no answer within 3 s", "sin respuesta en 3 s"),
            ("answered 200 after 14.2 s", "respondió 200 después de 14.2 s"),
            (
                "Late: its actions were undone: the ticket has 100 tags and takes no more",
                "Late: se deshicieron sus acciones: el ticket tiene 100 etiquetas y no admite más",
            ),
            (
                "127.0.0.1 is private; allow it with GATILHO_X=127.0.0.0/8",
                "la dirección 127.0.0.1 es privada; permítala con GATILHO_X=127.0.0.0/8",
            ),
            (
                "localhost: 127.0.0.1 is private; allow it with GATILHO_X=127.0.0.0/8",
                "localhost: la dirección 127.0.0.1 es privada; permítala con GATILHO_X=127.0.0.0/8",
            ),
            (
                "answered 409: there is no status `Gone` in this domain",
                "respondió 409: no existe el estado `Gone` en este dominio",
            ),
            ("answered 409: who knows", "respondió 409: who knows"),
            (
                "not taken over: status: there is no status `a` in this domain; urgency: is empty",
                "no se aplicó: status: no existe el estado `a` en este dominio; urgency: está vacío",
            ),
            (
                "r.example broke off the connection; look into the log of the receiver (reset). If it asks for a client \
                 certificate, set one for this endpoint",
                "r.example interrumpió la conexión; mire el registro del destino (reset). Si pide un certificado de \
                 cliente, configure uno para este destino",
            ),
        ] {
            let found = spanish(stored);
            assert_eq!((found.words.as_str(), found.lang), (told, "es"));
        }
    }

    #[test]
    fn what_is_not_ours_stays_as_it_is() {
        let deep = "x: ".repeat(10_000);
        for stored in ["Error: The operation was cancelled", "x: y", "Service Unavailable", "a; b", "", &deep]
        {
            let found = spanish(stored);
            assert_eq!((found.words.as_str(), found.lang), (stored, "en"));
        }
    }

    #[test]
    fn every_template_is_found_again_in_what_was_made_of_it() {
        let (set, patterns) = &*PATTERNS;
        assert!(set.len() == patterns.len() && set.len() > 300, "{} of {}", set.len(), patterns.len());
        for known in patterns.iter().filter(|known| known.own > 3) {
            let made = known.places.iter().map(|place| match SENTENCES.contains(place) {
                true => (*place, "holds a control character"),
                false => (*place, "7"),
            });
            let given = |(place, value): (_, &str)| (place, Text::given(value));
            let stored = Text::Template(known.template, made.clone().map(given).collect()).to_string();
            let t = Words::new(Locale::Es);
            let inner = |(place, value): (_, &str)| (place, Text::given(spanish(value).words));
            let told = t.text(&Text::Template(known.template, made.map(inner).collect()));
            assert_eq!(spanish(&stored).words, told, "{}", known.template);
        }
    }
}
