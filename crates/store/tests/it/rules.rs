//! Lives here: rules about the text of the table files: the shared dialect, and that everything public is tested here.
//! Not here: what the statements do (the other files).

use std::fs;
use std::path::{Path, PathBuf};

/// What one of the databases does not know, or understands in another way, and what to write instead.
const FOREIGN: [(&str, &str); 21] = [
    ("now(", "times come from the clock, as parameters"),
    ("current_timestamp", "times come from the clock, as parameters"),
    ("datetime(", "times are bigint milliseconds"),
    ("strftime(", "times are bigint milliseconds"),
    ("julianday(", "times are bigint milliseconds"),
    ("to_timestamp(", "times are bigint milliseconds"),
    ("interval '", "times are bigint milliseconds"),
    ("ifnull(", "coalesce"),
    ("nvl(", "coalesce"),
    ("iif(", "case"),
    ("greatest(", "case"),
    ("least(", "case"),
    ("ilike", "text is folded by the model"),
    ("glob ", "text is matched by the model"),
    ("json_", "JSON is read by the model"),
    ("insert or ", "on conflict"),
    ("replace into", "on conflict"),
    ("rowid", "the key by its name"),
    ("indexed by", "statistics"),
    ("array[", "a step with many rows"),
    ("::", "cast(… as …)"),
];

/// Every file of a folder of the crate and of those below it.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The table files: what stands in `src` itself, without the crate's root and the tests' own help.
fn table_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let tables = files("src").into_iter().filter(|path| path.parent() == Some(&root));
    tables.filter(|path| !path.ends_with("lib.rs") && !path.ends_with("testing.rs")).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file is read")
}

/// The texts in quotes, in which all SQL stands, in small letters.
fn texts(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: Vec<&str> = code.collect();
    code.join("\n").split('"').skip(1).step_by(2).map(str::to_lowercase).collect()
}

/// Whether `max` or `min` is called with more than one argument.
fn compares_arguments(sql: &str) -> bool {
    ["max(", "min("].iter().any(|name| {
        sql.match_indices(name).any(|(at, _)| {
            let mut depth = 0;
            for letter in sql[at + name.len()..].chars() {
                match letter {
                    '(' => depth += 1,
                    ')' if depth == 0 => return false,
                    ')' => depth -= 1,
                    ',' if depth == 0 => return true,
                    _ => {}
                }
            }
            false
        })
    })
}

#[test]
fn every_statement_is_written_in_the_shared_dialect() {
    let mut statements = 0;
    for path in table_files() {
        for text in texts(&read(&path)) {
            let file = path.display();
            for (word, instead) in FOREIGN {
                assert!(!text.contains(word), "{file}: `{word}` in a statement; write: {instead}\n{text}");
            }
            assert!(!compares_arguments(&text), "{file}: max or min of two arguments; write: case\n{text}");
            statements += usize::from(text.contains("select ") || text.contains("update "));
        }
    }
    assert!(statements > 50, "the statements were found: {statements}");
}

#[test]
fn the_rule_about_max_knows_an_aggregate_from_a_comparison() {
    assert!(!compares_arguments("select coalesce(max(number), 0), min(a + coalesce(b, 1))"));
    assert!(compares_arguments("set due = max(due, $3)"));
    assert!(compares_arguments("select min(coalesce(a, b), c)"));
}

#[test]
fn every_public_function_of_a_table_file_is_named_by_a_test() {
    let tests: Vec<String> = files("tests/it").iter().map(|path| read(path)).collect();
    let mut found = 0;
    for path in table_files() {
        let module = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        for line in read(&path).lines() {
            let name = line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn "));
            let Some(name) = name.and_then(|rest| rest.split(['(', '<']).next()) else { continue };
            found += 1;
            // Called with its module, or imported from it by name.
            let called = format!("{module}::{name}(");
            let given = format!("{module}::{name}");
            let is_named = tests.iter().any(|test| {
                let imports = test.lines().any(|line| {
                    line.starts_with(&format!("use store::{module}::"))
                        && line
                            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                            .any(|word| word == name)
                });
                test.contains(&called) || test.contains(&format!("{given},")) || imports
            });
            assert!(is_named, "no test of this folder calls {given}");
        }
    }
    assert!(found > 60, "the functions were found: {found}");
}
