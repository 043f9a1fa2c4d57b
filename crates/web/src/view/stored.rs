//! What was stored in English, told in the reader's language: errors of the log, notices, why actions were undone. The store
//! keeps finished sentences; here their template is found again.

use super::catalogue;
use super::words::Words;
use crate::mask::mask_text;
use model::wording::Text;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Places of templates that hold a sentence themselves.
const SENTENCES: [&str; 4] = ["why", "refusal", "limit", "detail"];

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
        match template(stored) {
            Some(text) => Stored { words: t.text(&text), lang: t.tag() },
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
    regex: Regex,
    /// Letters that are its own: the more of them, the surer.
    own: usize,
}

static PATTERNS: LazyLock<(RegexSet, Vec<Pattern>)> = LazyLock::new(|| {
    let patterns: Vec<Pattern> = catalogue::templates().filter_map(pattern).collect();
    let all = patterns.iter().map(|pattern| pattern.regex.as_str());
    // Each was compiled alone just now; a set that is too large leaves everything English, and a test complains.
    (RegexSet::new(all).unwrap_or_default(), patterns)
});

fn pattern(template: &'static str) -> Option<Pattern> {
    let (mut places, mut own, mut source, mut rest) = (Vec::new(), 0, String::from("(?s)^"), template);
    while let Some((before, after)) = rest.split_once('{') {
        let place = after.split_once('}').filter(|(name, _)| model::wording::is_place(name));
        let literal = if place.is_some() { before } else { &rest[..=before.len()] };
        own += literal.chars().filter(|letter| letter.is_alphabetic()).count();
        source.push_str(&regex::escape(literal));
        rest = match place {
            Some((name, behind)) => {
                places.push(name);
                source.push_str("(.*?)");
                behind
            }
            None => after,
        };
    }
    own += rest.chars().filter(|letter| letter.is_alphabetic()).count();
    source.push_str(&regex::escape(rest));
    source.push('$');
    Some(Pattern { template, places, regex: Regex::new(&source).ok()?, own })
}

/// The sentence with its template found again.
fn template(stored: &str) -> Option<Text> {
    let (set, patterns) = &*PATTERNS;
    let mut fitting: Vec<&Pattern> = set.matches(stored).iter().filter_map(|at| patterns.get(at)).collect();
    fitting.sort_by_key(|pattern| std::cmp::Reverse(pattern.own));
    fitting.into_iter().find_map(|pattern| filled(pattern, stored))
}

fn filled(pattern: &Pattern, stored: &str) -> Option<Text> {
    let captured = pattern.regex.captures(stored)?;
    let (mut is_sure, mut arguments) = (pattern.own > 0, Vec::new());
    for (place, value) in pattern.places.iter().zip(captured.iter().skip(1)) {
        let value = value.map_or("", |value| value.as_str());
        let inner = if SENTENCES.contains(place) { template(value) } else { None };
        is_sure |= inner.is_some();
        arguments.push((*place, inner.unwrap_or_else(|| Text::given(value))));
    }
    is_sure.then_some(Text::Template(pattern.template, arguments))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;
    use model::text;

    fn spanish(stored: &str) -> Stored {
        Stored::new(Words::new(Locale::Es), stored)
    }

    #[test]
    fn what_was_stored_in_english_is_told_in_the_readers_language() {
        let refusal = text!("{address} is {kind}", address = "127.0.0.1", kind = "x").to_string();
        assert_eq!(spanish(&refusal).lang, "en", "no template of the catalogue");
        let told = spanish("no answer within 3 s");
        assert_eq!((told.words.as_str(), told.lang), ("sin respuesta en 3 s", "es"));
        let told = spanish("Late: its actions were undone: the ticket has 100 tags and takes no more");
        assert_eq!(
            told.words,
            "Late: se deshicieron sus acciones: el ticket tiene 100 etiquetas y no admite más"
        );
    }

    #[test]
    fn what_is_not_ours_stays_as_it_is() {
        for stored in ["Error: The operation was cancelled", "x: y", "Service Unavailable", ""] {
            let told = spanish(stored);
            assert_eq!((told.words.as_str(), told.lang), (stored, "en"));
        }
    }

    #[test]
    fn in_english_it_is_what_was_stored() {
        for stored in ["no answer within 3 s", "answered 503", "r.example: x"] {
            assert_eq!(Stored::new(Words::new(Locale::En), stored).words, stored);
        }
    }

    #[test]
    fn every_template_is_found_again_in_what_was_made_of_it() {
        let (set, patterns) = &*PATTERNS;
        assert!(set.len() == patterns.len() && set.len() > 300, "{} of {}", set.len(), patterns.len());
        for known in patterns.iter().filter(|known| known.own > 3) {
            let made = known.places.iter().map(|place| (*place, Text::given("7"))).collect();
            let stored = Text::Template(known.template, made).to_string();
            let found = template(&stored).unwrap_or_else(|| panic!("{stored}"));
            assert_eq!(found.to_string(), stored, "{}", known.template);
        }
    }
}
