//! The screens' sentences in the reader's language. A sentence is one message with its arguments, never words joined:
//! number, gender and order differ between languages.

use super::catalogue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::classification::Locale;
use model::wording::Text;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!("../../locales/", $language, "/frame.ftl")),
            include_str!(concat!("../../locales/", $language, "/account.ftl")),
            include_str!(concat!("../../locales/", $language, "/endpoints.ftl")),
            include_str!(concat!("../../locales/", $language, "/tickets.ftl")),
            include_str!(concat!("../../locales/", $language, "/search.ftl")),
            include_str!(concat!("../../locales/", $language, "/first_run.ftl")),
            include_str!(concat!("../../locales/", $language, "/settings.ftl")),
            include_str!(concat!("../../locales/", $language, "/keys.ftl")),
            include_str!(concat!("../../locales/", $language, "/integrations.ftl")),
            include_str!(concat!("../../locales/", $language, "/notices.ftl")),
            include_str!(concat!("../../locales/", $language, "/webhook_log.ftl")),
            include_str!(concat!("../../locales/", $language, "/triggers.ftl")),
        ]
    };
}

/// The files of each language. A new file of sentences is one line in `files!`.
fn files(locale: Locale) -> impl Iterator<Item = &'static str> {
    match locale {
        Locale::En => files!("en").into_iter(),
        Locale::PtBr => files!("pt-BR").into_iter(),
        Locale::Es => files!("es").into_iter(),
    }
}

static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Locale::En));
static PT_BR: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Locale::PtBr));
static ES: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Locale::Es));

fn bundle(locale: Locale) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = locale.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks around arguments would show in titles.
    bundle.set_use_isolating(false);
    for text in files(locale) {
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
        // Fails only for a message that is given twice: then the first stays, and a test complains.
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// Sentences of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(Locale);

/// What stands in a sentence: a number, by which the sentence may choose its form, or a text.
pub(crate) trait Argument {
    /// The value as Fluent takes it.
    fn value(&self) -> FluentValue<'static>;
}

impl Words {
    /// The sentences of this language.
    pub(crate) fn new(locale: Locale) -> Self {
        Words(locale)
    }

    /// The language.
    pub(crate) fn locale(self) -> Locale {
        self.0
    }

    /// The language tag.
    pub(crate) fn tag(self) -> &'static str {
        self.0.as_str()
    }

    /// A sentence without arguments.
    pub(crate) fn say(self, id: &str) -> String {
        self.tell(id, &[])
    }

    /// A text of a floor below, such as a fault's message. One that has no translation stays English.
    pub(crate) fn text(self, text: &Text) -> String {
        match self.0 {
            Locale::En => text.to_string(),
            locale => text.told(&|template| catalogue::translated(locale, template)),
        }
    }

    /// A sentence with one argument.
    pub(crate) fn one(self, id: &str, name: &str, value: impl Argument) -> String {
        self.tell(id, &[(name, value.value())])
    }

    /// A sentence with two arguments.
    pub(crate) fn two(
        self,
        id: &str,
        a: &str,
        first: impl Argument,
        b: &str,
        second: impl Argument,
    ) -> String {
        self.tell(id, &[(a, first.value()), (b, second.value())])
    }

    /// A sentence with its arguments. A message that does not exist shows its id: a test looks for those.
    pub(crate) fn tell(self, id: &str, args: &[(&str, FluentValue<'static>)]) -> String {
        let bundle: &FluentBundle<FluentResource> = match self.0 {
            Locale::En => &EN,
            Locale::PtBr => &PT_BR,
            Locale::Es => &ES,
        };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let args: FluentArgs<'_> = args.iter().cloned().collect();
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }
}

impl Argument for i64 {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for usize {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    const LOCALES: [Locale; 3] = [Locale::En, Locale::PtBr, Locale::Es];

    /// The messages of a language, each with the arguments it names.
    fn messages(locale: Locale) -> BTreeSet<(String, BTreeSet<String>)> {
        let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in files(locale).flat_map(str::lines).filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_alphabetic()))
            {
                found.push((id.to_owned(), BTreeSet::new()));
            }
            let Some((_, arguments)) = found.last_mut() else { continue };
            for rest in line.split('$').skip(1) {
                arguments.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
        let count = found.len();
        let found: BTreeSet<_> = found.into_iter().collect();
        assert_eq!(found.len(), count, "a message stands twice in {}", locale.as_str());
        found
    }

    #[test]
    fn every_language_says_the_same_things_with_the_same_arguments() {
        for locale in LOCALES {
            let missing: Vec<_> =
                messages(Locale::En).symmetric_difference(&messages(locale)).cloned().collect();
            assert!(missing.is_empty(), "{}: {missing:?}", locale.as_str());
            for text in files(locale) {
                assert!(FluentResource::try_new(text.to_owned()).is_ok(), "{}", locale.as_str());
            }
        }
    }

    /// Every file under a folder, as texts.
    fn texts(folder: &Path) -> Vec<String> {
        let mut texts = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                texts.extend(texts_of(&path));
            } else {
                texts.extend(std::fs::read_to_string(&path));
            }
        }
        texts
    }

    fn texts_of(folder: &Path) -> Vec<String> {
        texts(folder)
    }

    /// The message ids that templates and pages ask for: the first text after `say(`, `one(`, `two(`, `tell(`.
    fn asked() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut ids = BTreeSet::new();
        for text in
            [texts(&root.join("templates")), texts(&root.join("src/pages")), texts(&root.join("src/view"))]
                .concat()
        {
            for call in [".say(\"", ".one(\"", ".two(\"", ".tell(\""] {
                for rest in text.split(call).skip(1) {
                    ids.insert(rest.split('"').next().unwrap_or_default().to_owned());
                }
            }
        }
        ids
    }

    #[test]
    fn every_sentence_that_is_asked_for_exists() {
        let known: BTreeSet<String> = messages(Locale::En).into_iter().map(|(id, _)| id).collect();
        let missing: Vec<String> = asked().into_iter().filter(|id| !known.contains(id)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_sentence_takes_its_form_from_the_number() {
        let said = |locale, count: i64| Words::new(locale).one("bell-unread", "count", count);
        assert_eq!(said(Locale::En, 1), "1 unread notice");
        assert_eq!(said(Locale::PtBr, 2), "2 notificações não lidas");
        assert_eq!(said(Locale::Es, 0), "Sin notificaciones nuevas");
    }
}
