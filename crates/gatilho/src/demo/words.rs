//! The demo's sentences in the reader's language.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use model::classification::Locale;
use unic_langid::LanguageIdentifier;

/// Sentences of one language.
pub(super) struct Words(FluentBundle<FluentResource>);

impl Words {
    /// The sentences of this language. The files are part of the program; a test reads every one of them.
    pub(super) fn new(locale: Locale) -> Self {
        let text = match locale {
            Locale::En => include_str!("../../locales/en.ftl"),
            Locale::PtBr => include_str!("../../locales/pt-BR.ftl"),
            Locale::Es => include_str!("../../locales/es.ftl"),
        };
        let language: LanguageIdentifier = locale.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // The marks around arguments would show in a terminal.
        bundle.set_use_isolating(false);
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
        // Fails only for a message that is given twice: then the first stays.
        let _ = bundle.add_resource(resource);
        Words(bundle)
    }

    /// A sentence without arguments.
    pub(super) fn say(&self, id: &str) -> String {
        self.tell(id, &[])
    }

    /// A sentence with its arguments.
    pub(super) fn tell(&self, id: &str, args: &[(&str, &str)]) -> String {
        let Some(pattern) = self.0.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let args: FluentArgs<'_> = args.iter().copied().collect();
        self.0.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ids(text: &str) -> BTreeSet<&str> {
        text.lines().filter_map(|line| line.split_once(" = ")).map(|(id, _)| id).collect()
    }

    fn arguments(text: &str) -> BTreeSet<(String, String)> {
        let lines = text.lines().filter_map(|line| line.split_once(" = "));
        let of = |(id, line): (&str, &str)| -> Vec<(String, String)> {
            let names = line.split("{ $").skip(1).filter_map(|rest| rest.split_once(" }"));
            names.map(|(name, _)| (id.to_owned(), name.to_owned())).collect()
        };
        lines.flat_map(of).collect()
    }

    #[test]
    fn every_language_says_the_same_things_with_the_same_arguments() {
        let en = include_str!("../../locales/en.ftl");
        for other in [include_str!("../../locales/pt-BR.ftl"), include_str!("../../locales/es.ftl")] {
            assert_eq!(ids(en), ids(other));
            assert_eq!(arguments(en), arguments(other));
            assert!(FluentResource::try_new(other.to_owned()).is_ok());
        }
    }

    #[test]
    fn a_sentence_takes_its_arguments() {
        let words = Words::new(Locale::PtBr);
        assert_eq!(words.tell("receiver", &[("url", "http://x")]), "Receptor    http://x");
    }
}
