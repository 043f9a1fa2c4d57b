//! Tells code, comments and literals of a Rust text apart, so that rules about words look where the word counts.
//!
//! It knows just enough of the language for that: strings, characters, comments, and what stands under
//! `#[cfg(test)]`. It is no parser.

use std::ops::RangeInclusive;

/// A text seen twice: once only its code, once only its comments. All else is blank; line breaks stay.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) code: String,
    pub(crate) comments: String,
    tests: Vec<RangeInclusive<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

impl Source {
    pub(crate) fn of(text: &str) -> Source {
        let chars: Vec<char> = text.chars().collect();
        let (mut code, mut comments) = (String::new(), String::new());
        let mut at = 0;
        while at < chars.len() {
            let (kind, end) = token(&chars, at);
            for &c in &chars[at..end] {
                let blank = if c == '\n' { '\n' } else { ' ' };
                code.push(if kind == Kind::Code { c } else { blank });
                comments.push(if kind == Kind::Comment { c } else { blank });
            }
            at = end;
        }
        let tests = test_lines(&code);
        Source { code, comments, tests }
    }

    /// Whether a line, counted from 1, stands under `#[cfg(test)]`.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&line))
    }

    /// Every word of the code (names and keywords) with its byte offset.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        words(&self.code)
    }

    /// The line of a byte offset in `code` or `comments`, from 1.
    pub(crate) fn line_of(&self, offset: usize, text: &str) -> usize {
        1 + text[..offset].matches('\n').count()
    }
}

/// Every word of a text with its byte offset.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(in_word)?;
        let length = text[start..].find(|c| !in_word(c)).unwrap_or(text.len() - start);
        from = start + length;
        Some((start, &text[start..from]))
    })
}

/// The token at `at`: what it is and where it ends. Code comes one character, or one whole word, at a time.
fn token(chars: &[char], at: usize) -> (Kind, usize) {
    let next = |n: usize| chars.get(at + n).copied();
    match (chars[at], next(1)) {
        ('/', Some('/')) => (Kind::Comment, find(chars, at, |c| c == '\n')),
        ('/', Some('*')) => (Kind::Comment, block_comment(chars, at)),
        ('"', _) => (Kind::Literal, quoted(chars, at + 1, '"')),
        ('\'', Some('\\')) => (Kind::Literal, quoted(chars, at + 1, '\'')),
        ('\'', Some(_)) if next(2) == Some('\'') => (Kind::Literal, at + 3),
        (c, _) if c.is_alphanumeric() || c == '_' => word(chars, at),
        _ => (Kind::Code, at + 1),
    }
}

/// A word, or the literal it is the prefix of: `r"…"`, `br#"…"#`, `b'…'`, `c"…"`.
fn word(chars: &[char], at: usize) -> (Kind, usize) {
    let end = find(chars, at, |c| !(c.is_alphanumeric() || c == '_'));
    let prefix: String = chars[at..end].iter().collect();
    let hashes = chars[end..].iter().take_while(|c| **c == '#').count();
    match (prefix.as_str(), chars.get(end + hashes)) {
        ("r" | "br" | "cr", Some('"')) => (Kind::Literal, raw(chars, end + hashes + 1, hashes)),
        ("b" | "c", Some('"')) if hashes == 0 => (Kind::Literal, quoted(chars, end + 1, '"')),
        ("b", Some('\'')) if hashes == 0 => (Kind::Literal, quoted(chars, end + 1, '\'')),
        _ => (Kind::Code, end),
    }
}

fn find(chars: &[char], from: usize, stop: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|c| stop(*c)).map_or(chars.len(), |found| from + found)
}

fn quoted(chars: &[char], from: usize, quote: char) -> usize {
    let mut at = from;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn raw(chars: &[char], from: usize, hashes: usize) -> usize {
    let closes = |at: usize| {
        chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    (from..chars.len()).find(|at| closes(*at)).map_or(chars.len(), |at| at + 1 + hashes)
}

fn block_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

/// The lines from each `#[cfg(test)]` to the end of the item under it.
fn test_lines(code: &str) -> Vec<RangeInclusive<usize>> {
    const MARK: &str = "#[cfg(test)]";
    let line = |offset: usize| 1 + code[..offset].matches('\n').count();
    code.match_indices(MARK).map(|(at, _)| line(at)..=line(item_end(code, at + MARK.len()))).collect()
}

/// Where the item that starts at `from` ends: at its `;`, or at the brace that closes its first one.
fn item_end(code: &str, from: usize) -> usize {
    let (mut depth, mut opened) = (0_i32, false);
    for (offset, c) in code[from..].char_indices() {
        match c {
            '{' => (depth, opened) = (depth + 1, true),
            '}' => depth -= 1,
            ';' if depth == 0 => return from + offset,
            _ => {}
        }
        if opened && depth == 0 {
            return from + offset;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::of(text).code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn literals_and_comments_are_no_code() {
        assert_eq!(code("a(\"todo!() \\\" b\", c) // d"), "a( , c)");
        assert_eq!(code("a /* b /* c */ d */ e"), "a e");
        assert_eq!(code(r###"x(r#"say "hi" "#, br"\", b"\"", c"y") z"###), "x( , , , ) z");
        assert_eq!(code("match c { '\"' => 1, '\\'' => 2, b'\\n' => 3 }"), "match c { => 1, => 2, => 3 }");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code("let r#type = 'é';"), "let r#type = ;");
    }

    #[test]
    fn comments_are_seen_alone_and_lines_stay() {
        let source = Source::of("let a = \"// no\";\n// yes\nlet b;\n");
        assert_eq!(source.comments.trim(), "// yes");
        assert_eq!(source.code.matches('\n').count(), 3);
        let (offset, _) = source.words().find(|(_, word)| *word == "b").unwrap();
        assert_eq!(source.line_of(offset, &source.code), 3);
    }

    #[test]
    fn an_open_literal_at_the_end_does_no_harm() {
        for text in ["\"", "\"\\", "r#\"x\"", "/* x", "'", "'\\", "b'"] {
            Source::of(text);
        }
    }

    #[test]
    fn the_item_under_the_test_mark_is_known() {
        let source = Source::of("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { ';' }\n}\nfn c() {}\n");
        let test: Vec<usize> = (1..=6).filter(|line| source.is_test(*line)).collect();
        assert_eq!(test, [2, 3, 4, 5]);
        assert!(!Source::of("#[cfg(test)]\nmod tests;\nfn c() {}").is_test(3));
    }
}
