//! The words and signs of an option.

use super::{NODES_MAX, OPTION_MAX, Wrong};
use winnow::ascii::multispace0;
use winnow::combinator::{alt, delimited, repeat};
use winnow::prelude::*;
use winnow::token::{literal, none_of, one_of, take_while};

/// A word or sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name: of a member, a function, an operator.
    Word(String),
    /// A text in quotes, without them.
    Text(String),
    /// What begins like a number: a number, or a date.
    Plain(String),
    /// `( ) , ; / : = *`
    Sign(char),
}

/// A token and the byte at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

/// Cuts an option into its tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Wrong> {
    if text.len() > OPTION_MAX {
        return Err(Wrong::new(OPTION_MAX, format!("it is longer than {OPTION_MAX} bytes")));
    }
    let mut rest = text;
    let mut found = Vec::new();
    loop {
        blank(&mut rest);
        let at = text.len() - rest.len();
        if rest.is_empty() {
            return Ok(found);
        }
        if found.len() >= NODES_MAX * 4 {
            return Err(Wrong::new(at, "it has too many parts"));
        }
        let token = token.parse_next(&mut rest).map_err(|()| unreadable(text, at))?;
        found.push(Placed { token, at });
    }
}

fn unreadable(text: &str, at: usize) -> Wrong {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some('\'') => Wrong::new(at, "the text that begins here has no closing quote"),
        Some(sign) => Wrong::new(at, format!("`{}` means nothing here", sign.escape_debug())),
        None => Wrong::new(at, "it ends too early"),
    }
}

fn blank(rest: &mut &str) {
    let _: Result<&str, ()> = multispace0.parse_next(rest);
}

fn token(rest: &mut &str) -> Result<Token, ()> {
    alt((
        word.map(|word: &str| Token::Word(word.to_owned())),
        quoted.map(Token::Text),
        plain.map(|plain: &str| Token::Plain(plain.to_owned())),
        one_of(['(', ')', ',', ';', '/', ':', '=', '*']).map(Token::Sign),
    ))
    .parse_next(rest)
}

/// Names may begin with `$`, as in `$it` and nested options.
fn word<'t>(rest: &mut &'t str) -> Result<&'t str, ()> {
    let first =
        one_of(|letter: char| letter.is_alphabetic() || letter == '_' || letter == '$' || letter == '@');
    (first, take_while(0.., |letter: char| letter.is_alphanumeric() || letter == '_')).take().parse_next(rest)
}

/// A quote inside is written twice.
fn quoted(rest: &mut &str) -> Result<String, ()> {
    let letter = alt((literal("''").value('\''), none_of('\'')));
    delimited('\'', repeat(0.., letter), '\'').parse_next(rest)
}

fn plain<'t>(rest: &mut &'t str) -> Result<&'t str, ()> {
    let part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '.' | '+' | '-');
    (one_of(|letter: char| letter.is_ascii_digit() || letter == '-'), take_while(0.., part))
        .take()
        .parse_next(rest)
}

/// Tokens with a place to go on from, and the bounds of depth and size.
pub(super) struct Tokens {
    tokens: Vec<Placed>,
    next: usize,
    end: usize,
    depth: usize,
    nodes: usize,
}

impl Tokens {
    pub(super) fn of(text: &str) -> Result<Tokens, Wrong> {
        Ok(Tokens { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0, nodes: 0 })
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead).map(|placed| &placed.token)
    }

    /// The place of the next token.
    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |placed| placed.at)
    }

    pub(super) fn pass(&mut self) {
        self.next += 1;
    }

    /// Whether the next token is this sign, which is then passed.
    pub(super) fn takes(&mut self, sign: char) -> bool {
        let is = self.peek() == Some(&Token::Sign(sign));
        if is {
            self.pass();
        }
        is
    }

    /// Whether the next token is this word in any case, which is then passed.
    pub(super) fn takes_word(&mut self, wanted: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if is {
            self.pass();
        }
        is
    }

    pub(super) fn expect(&mut self, sign: char) -> Result<(), Wrong> {
        if self.takes(sign) { Ok(()) } else { Err(self.wrong(format!("`{sign}` is expected here"))) }
    }

    /// The name that comes next.
    pub(super) fn name(&mut self) -> Result<String, Wrong> {
        let Some(Token::Word(word)) = self.peek() else {
            return Err(self.wrong("a name is expected here"));
        };
        let word = word.clone();
        self.pass();
        self.count()?;
        Ok(word)
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), Wrong> {
        if self.peek().is_none() { Ok(()) } else { Err(self.wrong("this is not expected here")) }
    }

    pub(super) fn wrong(&self, what: impl Into<String>) -> Wrong {
        Wrong::new(self.at(), what)
    }

    /// One more name, value or operator.
    pub(super) fn count(&mut self) -> Result<(), Wrong> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(self.wrong(format!("it has more than {NODES_MAX} names, values and operators")));
        }
        Ok(())
    }

    /// Reads something one level deeper.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Tokens) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        if self.depth >= super::DEPTH_MAX {
            return Err(self.wrong(format!("it is nested more than {} levels deep", super::DEPTH_MAX)));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }
}
