//! Words that may not stay: unfinished work, skipped tests, silenced lints.

use crate::lexer::{Source, words};
use crate::tree::{Fault, File, Tree};

/// Macros that mark unfinished or temporary code.
const MACROS: [(&str, &str); 3] = [
    ("todo", "finish it, or open an issue and leave the feature out"),
    ("unimplemented", "finish it, or refuse the case with an error"),
    ("dbg", "take it out, or log through tracing"),
];

/// Attributes that hide something.
const ATTRIBUTES: [(&str, &str); 2] = [
    ("ignore", "a test runs or goes"),
    ("allow", "use #[expect(…, reason = \"…\")], which ends with its cause"),
];

/// Marks of work left over; fine with the number of an issue.
const MARKS: [&str; 2] = ["TODO", "FIXME"];

/// Other code than Rust, where marks are looked for in every line.
const OTHER_CODE: [&str; 5] = [".sql", ".js", ".css", ".toml", ".sh"];

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    for file in tree.ours(".rs") {
        let source = Source::of(&file.text);
        check_macros(file, &source, faults);
        check_attributes(file, &source, faults);
        check_marks(file, &source.comments, faults);
    }
    for file in OTHER_CODE.iter().flat_map(|ending| tree.ours(ending)) {
        check_marks(file, &file.text, faults);
    }
}

fn check_macros(file: &File, source: &Source, faults: &mut Vec<Fault>) {
    for (at, word) in source.words() {
        let called = source.code[at + word.len()..].starts_with('!')
            && !source.code[at + word.len()..].starts_with("!=");
        if let Some((name, instead)) = MACROS.iter().find(|(name, _)| called && *name == word) {
            let line = source.line_of(at, &source.code);
            faults.push(Fault::new(&file.path, line, format!("`{name}!` may not stay; {instead}")));
        }
    }
}

fn check_attributes(file: &File, source: &Source, faults: &mut Vec<Fault>) {
    for (start, _) in source.code.match_indices('#') {
        let rest = source.code[start + 1..].trim_start_matches('!');
        let Some(body) = rest.strip_prefix('[') else { continue };
        let body = &body[..closing(body)];
        let outer = words(body).next().map(|(_, word)| word);
        let conditional = outer == Some("cfg_attr");
        for (name, instead) in ATTRIBUTES {
            let hidden =
                conditional && words(body).any(|(at, word)| word == name && begins_attribute(body, at));
            if outer == Some(name) || hidden {
                let line = source.line_of(start, &source.code);
                faults.push(Fault::new(&file.path, line, format!("`#[{name}]` may not stay; {instead}")));
            }
        }
    }
}

/// Whether the word at `at` inside a `cfg_attr` is an attribute of its own, not a name in a condition.
fn begins_attribute(body: &str, at: usize) -> bool {
    let depth = body[..at].chars().fold(0, |depth, c| match c {
        '(' | '[' => depth + 1,
        ')' | ']' => depth - 1,
        _ => depth,
    });
    depth == 1 && body[..at].contains(',')
}

fn closing(body: &str) -> usize {
    let mut depth = 1;
    for (at, c) in body.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    body.len()
}

fn check_marks(file: &File, text: &str, faults: &mut Vec<Fault>) {
    for (index, line) in text.lines().enumerate() {
        for (at, mark) in words(line).filter(|(_, word)| MARKS.contains(word)) {
            let rest = &line[at + mark.len()..];
            let numbered = rest.split('#').skip(1).any(|part| part.starts_with(|c: char| c.is_ascii_digit()));
            if !numbered {
                let what = format!("`{mark}` without an issue; do it, or write {mark}(#123)");
                faults.push(Fault::new(&file.path, index + 1, what));
            }
        }
    }
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
    fn unfinished_macros_are_found_in_code_only() {
        let found =
            faults("a.rs", "fn a() {\n    todo!()\n}\nfn b() { unimplemented!(\"x\") }\nlet x = dbg!(y);\n");
        assert_eq!(found.len(), 3);
        assert!(found[0].starts_with("a.rs:2: `todo!` may not stay"), "{found:?}");
        assert!(faults("a.rs", "// todo!()\nlet a = \"dbg!(x)\"; if todo != done {}\n").is_empty());
    }

    #[test]
    fn skipped_tests_and_silenced_lints_are_found() {
        for text in [
            "#[ignore]\nfn a() {}",
            "#[ignore = \"slow\"]\nfn a() {}",
            "#[allow(dead_code)]\nfn a() {}",
            "#![allow(clippy::all)]",
            "#[cfg_attr(windows, ignore)]\nfn a() {}",
            "#[cfg_attr(not(test), allow(dead_code))]\nfn a() {}",
        ] {
            assert_eq!(faults("a.rs", text).len(), 1, "{text}");
        }
        for text in [
            "#[expect(dead_code, reason = \"x\")]",
            "let ignore = allow(1);",
            "#[cfg(feature = \"allow\")]",
            "#[cfg_attr(ignore, doc = \"x\")]",
            "#[serde(allow)]",
        ] {
            assert!(faults("a.rs", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn marks_need_an_issue() {
        let mark = "TODO";
        assert_eq!(faults("a.rs", &format!("// {mark}: later\n")).len(), 1);
        assert_eq!(faults("m/a.sql", &format!("-- {mark} index\n")).len(), 1);
        assert!(
            faults("a.rs", &format!("// {mark}(#12): later\n// {mark} see #7\nlet {mark} = 1;\n")).is_empty()
        );
        assert!(faults("a.md", &format!("{mark} without\n")).is_empty());
    }
}
