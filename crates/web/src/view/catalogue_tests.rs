//! Every text that a page may show has its translation: the templates are read out of the sources.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What only programs and whoever starts the server read, beside `*_tests.rs`: the APIs' own folders and readers, and what
/// is said before there are pages. Everything else under the sources may be shown on a page.
const NO_PAGES: [&str; 15] = [
    "engine/src/node.rs",
    "engine/src/operator.rs",
    "engine/src/seed.rs",
    "engine/src/start.rs",
    "model/src/wording.rs",
    "web/src/api/",
    "web/src/auth/mod.rs",
    "web/src/body.rs",
    "web/src/files/download.rs",
    "web/src/integrations/",
    "web/src/members.rs",
    "web/src/observe.rs",
    "web/src/path.rs",
    "web/src/public/",
    "web/src/query.rs",
];

/// The files under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The text of a literal that begins right behind its quote.
fn literal(source: &str) -> String {
    let (mut text, mut letters) = (String::new(), source.chars());
    while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
        match letter {
            '\\' => match letters.next() {
                Some('\n') => letters = letters.as_str().trim_start().chars(),
                other => text.extend(other),
            },
            letter => text.push(letter),
        }
    }
    text
}

/// The templates of the sources that a page may show.
fn templates() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = BTreeSet::new();
    for path in ["model/src", "engine/src", "web/src"].iter().flat_map(|folder| files(&crates.join(folder))) {
        let name = path.strip_prefix(crates).unwrap().to_string_lossy().replace('\\', "/");
        if NO_PAGES.iter().any(|known| name.starts_with(known)) || name.ends_with("tests.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let product = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for call in product.split("text!(").skip(1) {
            found.extend(call.trim_start().strip_prefix('"').map(literal));
        }
    }
    found
}

/// The places of a template.
fn places(template: &str) -> BTreeSet<&str> {
    let ends = template.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    ends.map(|(name, _)| name).filter(|name| model::wording::is_place(name)).collect()
}

#[test]
fn every_text_that_a_page_may_show_has_its_translation_and_no_translation_is_of_nothing() {
    let templates = templates();
    assert!(templates.len() > 200, "the sources are read");
    for (language, file) in [("pt-BR", PT_BR_FILE), ("es", ES_FILE)] {
        let entries = read(file).unwrap();
        let known: BTreeMap<&str, &str> =
            entries.iter().map(|(template, told)| (template.as_str(), told.as_str())).collect();
        assert_eq!(known.len(), entries.len(), "{language}: a template stands twice");
        let missing: Vec<_> =
            templates.iter().filter(|template| !known.contains_key(template.as_str())).collect();
        assert!(missing.is_empty(), "{language}: without a translation: {missing:#?}");
        let unused: Vec<_> = known.keys().filter(|template| !templates.contains(**template)).collect();
        assert!(unused.is_empty(), "{language}: said nowhere: {unused:#?}");
        for (template, told) in known {
            assert_eq!(places(template), places(told), "{language}: {template}");
        }
    }
}

#[test]
fn a_text_is_told_in_the_readers_language_and_keeps_what_somebody_typed() {
    use crate::view::Words;
    use model::text;
    let text = text!("is {shape}; must be a list", shape = text!("a text"));
    let told = |locale, text: &model::wording::Text| Words::new(locale).text(text);
    assert_eq!(told(Locale::En, &text), "is a text; must be a list");
    assert_eq!(told(Locale::PtBr, &text), "é um texto; deve ser uma lista");
    assert_eq!(told(Locale::Es, &text), "es un texto; debe ser una lista");
    let named = text!("`{name}` is out of use", name = "a text");
    assert_eq!(told(Locale::PtBr, &named), "`a text` está fora de uso");
}
