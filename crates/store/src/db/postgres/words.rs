//! Lives here: cutting a statement's text into words, with the depth of the brackets around each.
//! Not here: what they mean (`shape`).

/// A word, a number, a text in quotes, a parameter, an operator, a comma or a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'s> {
    pub(super) text: &'s str,
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// How many brackets are open around it; a bracket stands outside of what it encloses.
    pub(super) depth: usize,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The position of the parameter that it is, from 0.
    pub(super) fn parameter(&self) -> Option<usize> {
        self.text.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1)
    }
}

/// Whether a word can name a column.
pub(super) fn is_column(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
}

/// The words of a statement in our own dialect: no dollar quotes, no nested comments.
pub(super) fn words(sql: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(first) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let length = length(rest, first);
        let skipped = first.is_whitespace() || rest.starts_with("--") || rest.starts_with("/*");
        if first == ')' {
            depth = depth.saturating_sub(1);
        }
        if !skipped {
            words.push(Word { text: &rest[..length], start: at, depth });
        }
        if first == '(' {
            depth += 1;
        }
        at += length;
    }
    words
}

/// How many bytes belong to what begins with `first`.
fn length(rest: &str, first: char) -> usize {
    let through =
        |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    let while_in = |holds: fn(char) -> bool| rest.find(|letter| !holds(letter)).unwrap_or(rest.len());
    match first {
        _ if rest.starts_with("--") => through("\n", 2),
        _ if rest.starts_with("/*") => through("*/", 2),
        // Two quotes inside a text are one quote: cut here into two texts, which does no harm.
        '\'' => through("'", 1),
        '"' => through("\"", 1),
        _ if is_part(first) => while_in(is_part),
        _ if is_operator(first) => while_in(is_operator),
        _ => first.len_utf8(),
    }
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.')
}

fn is_operator(letter: char) -> bool {
    matches!(letter, '=' | '<' | '>' | '!' | '|' | '+' | '*' | '-' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_are_not_read() {
        let sql = "update t -- set\n set a = 'it''s, where (' /* and */ where (b<=$12)";
        let found: Vec<_> = words(sql).iter().map(|word| (word.text, word.depth)).collect();
        assert_eq!(
            found,
            [
                ("update", 0),
                ("t", 0),
                ("set", 0),
                ("a", 0),
                ("=", 0),
                ("'it'", 0),
                ("'s, where ('", 0),
                ("where", 0),
                ("(", 0),
                ("b", 1),
                ("<=", 1),
                ("$12", 1),
                (")", 0),
            ]
        );
        assert_eq!(words(sql)[11].parameter(), Some(11));
        assert_eq!(words("'no end").len(), 1);
    }
}
