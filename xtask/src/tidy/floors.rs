//! Rules about what the code of a floor may say: databases only in the store's seam, HTTP clients only behind the
//! address guard. Tests may look anywhere. What a manifest may name is not here, but in `arrows`.

use crate::lexer::{Source, words};
use crate::tree::{Fault, File, Tree};

/// The seam: where a database may be called by its name.
const SEAM: [&str; 4] = [
    "crates/store/src/db/",
    "crates/store/src/db.rs",
    "crates/store/src/testing.rs",
    "crates/store/examples/",
];

/// Crates of the drivers.
const DRIVERS: [&str; 3] = ["rusqlite", "tokio_postgres", "deadpool_postgres"];

/// What names of types that know their database begin with.
const DATABASES: [&str; 2] = ["Sqlite", "Postgres"];

/// Where HTTP is spoken to others.
const OUTBOUND: [&str; 3] = ["crates/engine/src/outbound/", "crates/engine/src/outbound.rs", "crates/bench/"];

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    for file in tree.ours(".rs").filter(|file| !file.is_test()) {
        let source = Source::of(&file.text);
        if !lies_in(file, &SEAM) {
            check_databases(file, &source, faults);
        }
        if !lies_in(file, &OUTBOUND) {
            check_clients(file, &source, faults);
        }
    }
}

fn lies_in(file: &File, places: &[&str]) -> bool {
    places.iter().any(|place| file.path.starts_with(place))
}

fn check_databases(file: &File, source: &Source, faults: &mut Vec<Fault>) {
    for (at, word) in source.words() {
        let line = source.line_of(at, &source.code);
        let known = DRIVERS.contains(&word) || DATABASES.iter().any(|name| word.starts_with(name));
        if known && !source.is_test(line) {
            let what =
                format!("`{word}` belongs to the seam, crates/store/src/db; say it in terms of the seam");
            faults.push(Fault::new(&file.path, line, what));
        }
    }
}

fn check_clients(file: &File, source: &Source, faults: &mut Vec<Fault>) {
    for (at, word) in source.words().filter(|(_, word)| matches!(*word, "hyper" | "hyper_util")) {
        let line = source.line_of(at, &source.code);
        let names_client = imported(&source.code[at + word.len()..]).any(|name| name == "client");
        if names_client && !source.is_test(line) {
            let what = format!(
                "`{word}::client` is spoken only behind the address guard, crates/engine/src/outbound"
            );
            faults.push(Fault::new(&file.path, line, what));
        }
    }
}

/// The words a path goes through: those up to its end, or all in the braces it ends in.
fn imported(rest: &str) -> impl Iterator<Item = &str> {
    let path = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
    let end = if rest[path..].starts_with('{') { path + braces(&rest[path..]) } else { path };
    words(&rest[..end]).map(|(_, word)| word)
}

fn braces(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        check(&Tree::of(&[(path, text)]), &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn databases_are_named_in_the_seam_only() {
        for text in ["use rusqlite::Row;", "fn a(db: SqliteReader) {}", "enum Db { Postgres }"] {
            let found = faults("crates/store/src/deliveries.rs", text);
            assert!(found.len() == 1 && found[0].contains("belongs to the seam"), "{text}");
            assert_eq!(faults("crates/gatilho/src/serve.rs", text).len(), 1, "{text}");
            for path in
                ["crates/store/src/db/sqlite.rs", "crates/store/src/testing.rs", "crates/store/tests/it/a.rs"]
            {
                assert!(faults(path, text).is_empty(), "{path}");
            }
        }
    }

    #[test]
    fn words_in_comments_texts_and_tests_are_free() {
        let text = "// rusqlite\nlet a = \"Postgres\"; let sqlite = 1;\n#[cfg(test)]\nmod tests {\n use rusqlite::Row;\n}\n";
        assert!(faults("crates/store/src/tickets.rs", text).is_empty());
    }

    #[test]
    fn clients_are_spoken_behind_the_guard_only() {
        for text in [
            "use hyper_util::client::legacy::Client;",
            "use hyper_util::{rt::TokioExecutor, client::legacy::{Client}};",
            "let c = hyper::client::conn::http1::handshake(io);",
        ] {
            assert_eq!(faults("crates/web/src/lib.rs", text).len(), 1, "{text}");
            assert!(faults("crates/engine/src/outbound/client.rs", text).is_empty(), "{text}");
            assert!(faults("crates/bench/src/main.rs", text).is_empty(), "{text}");
        }
        for text in ["use hyper_util::rt::TokioIo;\nlet client = 1;", "hyper_util::rt::TokioIo::new(client);"]
        {
            assert!(faults("crates/web/src/lib.rs", text).is_empty(), "{text}");
        }
    }
}
