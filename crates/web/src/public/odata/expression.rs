//! Reading `$filter` and `$orderby`: conditions, comparisons, functions, lambdas, paths, values.

use super::Wrong;
use super::cell::instant_ns;
use super::lex::{Token, Tokens};
use super::sort::OrderBy;

/// What can be asked of an answer. Lists of parts are flat, so that no chain of `and` makes it deep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// All of them.
    And(Vec<Expression>),
    /// One of them.
    Or(Vec<Expression>),
    /// Not it.
    Not(Box<Expression>),
    /// Two values compared.
    Compare(Operator, Box<Expression>, Box<Expression>),
    /// One of these values.
    In(Box<Expression>, Vec<Expression>),
    /// Some or all items of a list.
    Lambda(Box<Lambda>),
    /// A function of values.
    Call(Function, Vec<Expression>),
    /// A member, or one of the object that a member is, and so on.
    Path(Vec<String>),
    /// A value.
    Literal(Literal),
}

/// `path/any(variable: test)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lambda {
    /// The list.
    pub(crate) path: Vec<String>,
    /// `all` instead of `any`.
    pub(crate) all: bool,
    /// The name of an item; empty without a test.
    pub(crate) variable: String,
    /// What is asked of an item; none for `any()`: that there is one.
    pub(crate) test: Option<Expression>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Operator {
    fn of(word: &str) -> Option<Self> {
        let operators = [
            ("eq", Operator::Eq),
            ("ne", Operator::Ne),
            ("gt", Operator::Gt),
            ("ge", Operator::Ge),
            ("lt", Operator::Lt),
            ("le", Operator::Le),
        ];
        operators.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, operator)| operator)
    }

    /// The same when both sides change places.
    pub(crate) fn turned(self) -> Self {
        match self {
            Operator::Gt => Operator::Lt,
            Operator::Ge => Operator::Le,
            Operator::Lt => Operator::Gt,
            Operator::Le => Operator::Ge,
            same => same,
        }
    }
}

/// What a function does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// Text, then what it contains. `substringof` has them the other way round and becomes this one.
    Contains,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
    Trim,
    Length,
    /// A part of a date: where it stands in the text, and how long it is.
    DatePart(usize, usize),
}

/// The function of this name and how many values it takes; whether the first two change places.
fn function(word: &str) -> Option<(Function, usize, bool)> {
    Some(match word.to_ascii_lowercase().as_str() {
        "contains" => (Function::Contains, 2, false),
        "substringof" => (Function::Contains, 2, true),
        "startswith" => (Function::StartsWith, 2, false),
        "endswith" => (Function::EndsWith, 2, false),
        "tolower" => (Function::ToLower, 1, false),
        "toupper" => (Function::ToUpper, 1, false),
        "trim" => (Function::Trim, 1, false),
        "length" => (Function::Length, 1, false),
        "year" => (Function::DatePart(0, 4), 1, false),
        "month" => (Function::DatePart(5, 2), 1, false),
        "day" => (Function::DatePart(8, 2), 1, false),
        "hour" => (Function::DatePart(11, 2), 1, false),
        "minute" => (Function::DatePart(14, 2), 1, false),
        "second" => (Function::DatePart(17, 2), 1, false),
        _ => return None,
    })
}

/// A value as somebody wrote it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    /// Nanoseconds since 1970.
    Instant(i128),
}

/// Reads a `$filter`.
pub(super) fn read_filter(text: &str) -> Result<Expression, Wrong> {
    let mut tokens = Tokens::of(text)?;
    let filter = condition(&mut tokens)?;
    tokens.end()?;
    Ok(filter)
}

/// Reads an `$orderby`.
pub(super) fn read_order(text: &str) -> Result<Vec<OrderBy>, Wrong> {
    let mut tokens = Tokens::of(text)?;
    let mut order = Vec::new();
    loop {
        let by = operand(&mut tokens)?;
        let descending = tokens.takes_word("desc");
        if !descending {
            tokens.takes_word("asc");
        }
        order.push(OrderBy { by, descending });
        if !tokens.takes(',') {
            break;
        }
    }
    tokens.end()?;
    Ok(order)
}

fn condition(tokens: &mut Tokens) -> Result<Expression, Wrong> {
    chain(tokens, "or", |tokens| chain(tokens, "and", comparison, Expression::And), Expression::Or)
}

fn chain(
    tokens: &mut Tokens,
    word: &str,
    part: impl Fn(&mut Tokens) -> Result<Expression, Wrong>,
    make: fn(Vec<Expression>) -> Expression,
) -> Result<Expression, Wrong> {
    let first = part(tokens)?;
    let mut parts = vec![first];
    while tokens.takes_word(word) {
        tokens.count()?;
        parts.push(part(tokens)?);
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => make(parts),
    })
}

fn comparison(tokens: &mut Tokens) -> Result<Expression, Wrong> {
    // A member may be called `not`, too: then an operator or a path follows.
    if matches!(tokens.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("not"))
        && matches!(tokens.peek_at(1), Some(Token::Word(_) | Token::Sign('(')))
    {
        tokens.pass();
        tokens.count()?;
        return Ok(Expression::Not(Box::new(tokens.deeper(comparison)?)));
    }
    let left = operand(tokens)?;
    let Some(Token::Word(word)) = tokens.peek() else { return Ok(left) };
    if word.eq_ignore_ascii_case("in") {
        tokens.pass();
        tokens.count()?;
        return Ok(Expression::In(Box::new(left), values(tokens)?));
    }
    let Some(operator) = Operator::of(word) else { return Ok(left) };
    tokens.pass();
    tokens.count()?;
    let right = operand(tokens)?;
    Ok(Expression::Compare(operator, Box::new(left), Box::new(right)))
}

fn values(tokens: &mut Tokens) -> Result<Vec<Expression>, Wrong> {
    tokens.expect('(')?;
    let mut values = Vec::new();
    loop {
        values.push(tokens.deeper(operand)?);
        if !tokens.takes(',') {
            break;
        }
    }
    tokens.expect(')')?;
    Ok(values)
}

fn operand(tokens: &mut Tokens) -> Result<Expression, Wrong> {
    tokens.count()?;
    let at = tokens.at();
    let Some(token) = tokens.peek().cloned() else { return Err(tokens.wrong("it ends too early")) };
    match token {
        Token::Sign('(') => {
            tokens.pass();
            let inner = tokens.deeper(condition)?;
            tokens.expect(')')?;
            Ok(inner)
        }
        Token::Text(text) => {
            tokens.pass();
            Ok(Expression::Literal(Literal::Text(text)))
        }
        Token::Plain(plain) => {
            tokens.pass();
            literal(&plain).map(Expression::Literal).ok_or_else(|| {
                Wrong::new(at, format!("`{plain}` is neither a number nor a date; write texts in 'quotes'"))
            })
        }
        Token::Word(word) => named(tokens, &word),
        Token::Sign(sign) => Err(tokens.wrong(format!("`{sign}` is not expected here"))),
    }
}

/// A number, or a date without quotes.
fn literal(plain: &str) -> Option<Literal> {
    let number = plain.trim_end_matches(['l', 'L', 'm', 'M', 'd', 'D', 'f', 'F']);
    let is_number =
        number.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+' | 'e' | 'E'));
    let parsed = number.parse::<f64>().ok().filter(|found| is_number && found.is_finite());
    parsed.map(Literal::Number).or_else(|| instant_ns(plain).map(Literal::Instant))
}

/// A word: a constant, a function, a lambda or a path.
fn named(tokens: &mut Tokens, word: &str) -> Result<Expression, Wrong> {
    let follows = tokens.peek_at(1).cloned();
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    if follows == Some(Token::Sign('(')) {
        return call(tokens, word);
    }
    // The prefix of older clients: datetime'2024-01-01T00:00:00'.
    if let Some(Token::Text(text)) = &follows
        && (is("datetime") || is("datetimeoffset"))
    {
        let instant = instant_ns(text).ok_or_else(|| tokens.wrong(format!("`{text}` is not a date")))?;
        tokens.pass();
        tokens.pass();
        return Ok(Expression::Literal(Literal::Instant(instant)));
    }
    if follows != Some(Token::Sign('/')) {
        let constant = match () {
            () if is("null") => Some(Literal::Null),
            () if is("true") => Some(Literal::Boolean(true)),
            () if is("false") => Some(Literal::Boolean(false)),
            () => None,
        };
        if let Some(constant) = constant {
            tokens.pass();
            return Ok(Expression::Literal(constant));
        }
    }
    path(tokens, word)
}

fn call(tokens: &mut Tokens, word: &str) -> Result<Expression, Wrong> {
    let Some((function, count, turned)) = function(word) else {
        return Err(tokens.wrong(format!("there is no function `{word}`")));
    };
    let at = tokens.at();
    tokens.pass();
    let mut values = values(tokens)?;
    if values.len() != count {
        return Err(Wrong::new(at, format!("`{word}` takes {count} values and has {}", values.len())));
    }
    if turned {
        values.reverse();
    }
    Ok(Expression::Call(function, values))
}

/// A path whose first name, which is next, has been counted.
fn path(tokens: &mut Tokens, first: &str) -> Result<Expression, Wrong> {
    tokens.pass();
    let is_it = first.eq_ignore_ascii_case("$it");
    let mut path = vec![if is_it { "$it".to_owned() } else { first.to_owned() }];
    while tokens.takes('/') {
        let at = tokens.at();
        let name = tokens.name()?;
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if tokens.peek() == Some(&Token::Sign('(')) {
            if !is("any") && !is("all") {
                return Err(Wrong::new(at, format!("a list has `any` and `all`, not `{name}`")));
            }
            return lambda(tokens, path, is("all"));
        }
        path.push(name);
    }
    Ok(Expression::Path(path))
}

fn lambda(tokens: &mut Tokens, path: Vec<String>, all: bool) -> Result<Expression, Wrong> {
    tokens.expect('(')?;
    let (mut variable, mut test) = (String::new(), None);
    if all || tokens.peek() != Some(&Token::Sign(')')) {
        variable = tokens.name()?;
        tokens.expect(':')?;
        test = Some(tokens.deeper(condition)?);
    }
    tokens.expect(')')?;
    Ok(Expression::Lambda(Box::new(Lambda { path, all, variable, test })))
}
