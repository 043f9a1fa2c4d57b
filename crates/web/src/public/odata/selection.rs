//! Reading `$select` and `$expand`: which members an answer shows, and of its objects which.

use super::Wrong;
use super::lex::{Token, Tokens};

/// Which members of an object are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The names that are asked for; none for all. `*` is all that are neither objects nor lists.
    pub(crate) names: Option<Vec<String>>,
    /// Members that are objects or lists, with what is shown of them.
    pub(crate) expanded: Vec<(String, Selection)>,
}

impl Selection {
    /// Whether all is shown.
    pub(crate) fn is_whole(&self) -> bool {
        self.names.is_none() && self.expanded.iter().all(|(_, inner)| inner.is_whole())
    }

    /// Whether a member that is an object or a list is shown.
    pub(crate) fn shows(&self, name: &str) -> bool {
        let names = self.names.as_ref();
        let is_named = names.is_none_or(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
        is_named || self.of(name).is_some()
    }

    /// What is shown of a member, if it is named.
    pub(crate) fn of(&self, name: &str) -> Option<&Selection> {
        self.expanded.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, inner)| inner)
    }

    /// The same member twice shows what either shows.
    fn expand(&mut self, name: String) -> &mut Selection {
        let known = self.expanded.iter().position(|(known, _)| known.eq_ignore_ascii_case(&name));
        let at = known.unwrap_or_else(|| {
            self.expanded.push((name, Selection::default()));
            self.expanded.len() - 1
        });
        &mut self.expanded[at].1
    }
}

/// Reads a `$select` into what is selected already.
pub(super) fn read_select(text: &str, into: &mut Selection) -> Result<(), Wrong> {
    let mut tokens = Tokens::of(text)?;
    names(&mut tokens, into)?;
    tokens.end()
}

/// Reads an `$expand`.
pub(super) fn read_expand(text: &str, into: &mut Selection) -> Result<(), Wrong> {
    let mut tokens = Tokens::of(text)?;
    members(&mut tokens, into)?;
    tokens.end()
}

/// `id, subject, owner/id, *`
fn names(tokens: &mut Tokens, into: &mut Selection) -> Result<(), Wrong> {
    loop {
        if tokens.takes('*') {
            into.names.get_or_insert_default().push("*".into());
        } else {
            let mut path = vec![tokens.name()?];
            while tokens.takes('/') {
                path.push(tokens.name()?);
            }
            let last = path.pop().unwrap_or_default();
            into.names.get_or_insert_default();
            let mut object = &mut *into;
            for name in path {
                object = object.expand(name);
            }
            object.names.get_or_insert_default().push(last);
        }
        if !tokens.takes(',') || next_is_option(tokens) {
            return Ok(());
        }
    }
}

/// `owner, clients($expand=organization), actions($select=id;$expand=createdBy)`
fn members(tokens: &mut Tokens, into: &mut Selection) -> Result<(), Wrong> {
    loop {
        if !tokens.takes('*') {
            let name = tokens.name()?;
            let known = into.of(&name).cloned();
            let mut inner = Selection::default();
            let mut last = &mut inner;
            // `owner/organization` expands the second within the first.
            while tokens.takes('/') {
                let next = tokens.name()?;
                last = last.expand(next);
            }
            if tokens.takes('(') {
                tokens.deeper(|tokens| options(tokens, last))?;
                tokens.expect(')')?;
            }
            *into.expand(name) = match known {
                Some(known) => union(known, inner),
                None => inner,
            };
        }
        if !tokens.takes(',') || next_is_option(tokens) {
            return Ok(());
        }
    }
}

/// The options within parentheses, between semicolons; a comma does where an option follows it.
fn options(tokens: &mut Tokens, into: &mut Selection) -> Result<(), Wrong> {
    loop {
        let name = tokens.name()?;
        tokens.expect('=')?;
        match name.trim_start_matches('$').to_ascii_lowercase().as_str() {
            "select" => names(tokens, into)?,
            "expand" => members(tokens, into)?,
            _ => {
                return Err(
                    tokens.wrong(format!("`{name}` is not possible here; `$select` and `$expand` are"))
                );
            }
        }
        if matches!(tokens.peek(), Some(Token::Sign(')')) | None) {
            return Ok(());
        }
        // The comma before an option has been passed by what came before it.
        if !tokens.takes(';') && !next_is_option(tokens) {
            return Err(tokens.wrong("`;` or `)` is expected here"));
        }
        if matches!(tokens.peek(), Some(Token::Sign(')'))) {
            return Ok(());
        }
    }
}

fn next_is_option(tokens: &Tokens) -> bool {
    let is_name = matches!(tokens.peek(), Some(Token::Word(word)) if word.starts_with('$'));
    is_name && tokens.peek_at(1) == Some(&Token::Sign('='))
}

fn union(one: Selection, other: Selection) -> Selection {
    let names = match (one.names, other.names) {
        (Some(mut names), Some(more)) => {
            names.extend(more);
            Some(names)
        }
        _ => None,
    };
    let mut both = Selection { names, expanded: one.expanded };
    for (name, inner) in other.expanded {
        let known = both.of(&name).cloned();
        *both.expand(name) = match known {
            Some(known) => union(known, inner),
            None => inner,
        };
    }
    both
}
