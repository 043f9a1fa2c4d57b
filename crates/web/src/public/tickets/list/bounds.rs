//! What a filter asks of the columns that searches know, so that few rows are read: every ticket for which the filter
//! holds is within these bounds. Whether they say all that the filter says is told, too.

use crate::public::odata::expression::{Expression, Lambda, Literal, Operator};
use crate::public::odata::instant_ns;
use store::ticket_members::value_key;
use store::ticket_search::{Source, Span};

/// Nanoseconds of a millisecond.
const MS: i128 = 1_000_000;

/// Milliseconds by which the clocks of two nodes are apart at most.
const CLOCKS_MS: i64 = 3_600_000;

/// Where the tickets of a filter are to be found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds {
    pub(super) numbers: Span,
    pub(super) created: Span,
    pub(super) updated: Span,
    /// What is asked of the status and its base, and of nothing else.
    pub(super) status: Option<Expression>,
    /// Each of the tickets is led to by one of these.
    pub(super) leads: Option<Vec<Source>>,
    /// Every ticket within the bounds is as the filter says.
    pub(super) exact: bool,
}

impl Bounds {
    /// All tickets; `exact` if that is what the filter says.
    pub(super) fn all(exact: bool) -> Self {
        let (numbers, created, updated) = (Span::ALL, Span::ALL, Span::ALL);
        Bounds { numbers, created, updated, status: None, leads: None, exact }
    }

    /// The bounds of a filter.
    pub(super) fn of(filter: &Expression) -> Self {
        if is_of_status(filter) {
            return Bounds { status: Some(filter.clone()), ..Bounds::all(true) };
        }
        match filter {
            Expression::And(parts) => parts.iter().map(Bounds::of).fold(Bounds::all(true), Bounds::and),
            Expression::Or(parts) => {
                let all = parts.iter().map(Bounds::of).reduce(Bounds::or);
                Bounds { exact: false, ..all.unwrap_or_else(|| Bounds::all(false)) }
            }
            Expression::Compare(operator, left, right) => match (&**left, &**right) {
                (Expression::Path(path), Expression::Literal(value)) => {
                    Bounds::compare(path, *operator, value)
                }
                (Expression::Literal(value), Expression::Path(path)) => {
                    Bounds::compare(path, operator.turned(), value)
                }
                _ => Bounds::all(false),
            },
            Expression::In(left, values) => {
                let one = |value: &Expression| match (&**left, value) {
                    (Expression::Path(path), Expression::Literal(value)) => {
                        Bounds::compare(path, Operator::Eq, value)
                    }
                    _ => Bounds::all(false),
                };
                let all = values.iter().map(one).reduce(Bounds::or);
                Bounds { exact: false, ..all.unwrap_or_else(|| Bounds::all(false)) }
            }
            Expression::Lambda(lambda) => Bounds::lambda(lambda),
            _ => Bounds::all(false),
        }
    }

    fn and(self, other: Bounds) -> Bounds {
        let meet = |one: Span, other: Span| Span { min: one.min.max(other.min), max: one.max.min(other.max) };
        let (leads, both) = match (self.leads, other.leads) {
            (Some(one), Some(other)) => (Some(if one.len() <= other.len() { one } else { other }), true),
            (one, other) => (one.or(other), false),
        };
        let status = match (self.status, other.status) {
            (Some(one), Some(other)) => Some(Expression::And(vec![one, other])),
            (one, other) => one.or(other),
        };
        Bounds {
            numbers: meet(self.numbers, other.numbers),
            created: meet(self.created, other.created),
            updated: meet(self.updated, other.updated),
            status,
            leads,
            exact: self.exact && other.exact && !both,
        }
    }

    fn or(self, other: Bounds) -> Bounds {
        let join = |one: Span, other: Span| Span { min: one.min.min(other.min), max: one.max.max(other.max) };
        let leads = self.leads.zip(other.leads).map(|(mut one, other)| {
            one.extend(other.into_iter().filter(|lead| !one.contains(lead)).collect::<Vec<_>>());
            one
        });
        let status = self.status.zip(other.status).map(|(one, other)| Expression::Or(vec![one, other]));
        Bounds {
            numbers: join(self.numbers, other.numbers),
            created: join(self.created, other.created),
            updated: join(self.updated, other.updated),
            status,
            leads,
            exact: false,
        }
    }

    fn compare(path: &[String], operator: Operator, value: &Literal) -> Bounds {
        let path = path.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>().join("/");
        let is_equal = operator == Operator::Eq;
        let span = || instant(value).and_then(|ns| dates(operator, ns));
        let all = Bounds::all(false);
        match path.as_str() {
            "id" => numbers(operator, value).map(|(numbers, exact)| Bounds { numbers, exact, ..all.clone() }),
            "createddate" => span().map(|created| Bounds { created, exact: true, ..all.clone() }),
            "lastupdate" => span().map(|updated| Bounds { updated, exact: true, ..all.clone() }),
            // Whatever happens to a ticket happens after it was opened and no later than its last change.
            "resolvedin" | "closedin" | "canceledin" | "reopenedin" => span().map(|span| {
                let updated = Span { min: span.min.saturating_sub(CLOCKS_MS).max(0), ..Span::ALL };
                let created = Span { max: span.max.saturating_add(CLOCKS_MS), ..Span::ALL };
                Bounds { updated, created, ..all.clone() }
            }),
            "owner/id" if is_equal => lead(value, Source::Owner),
            "ownerteam" if is_equal => lead(value, Source::Team),
            "createdby/id" if is_equal => lead(value, Source::Creator),
            _ => None,
        }
        .unwrap_or(all)
    }

    fn lambda(lambda: &Lambda) -> Bounds {
        let (Some(test), false) = (&lambda.test, lambda.all) else { return Bounds::all(false) };
        let asked = Asked::of(test, &lambda.variable);
        let list = lambda.path.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let lead = match list.as_str() {
            _ if lambda.path.len() != 1 => None,
            "clients" => asked.text("id").map(|id| Source::Client(id.to_lowercase())),
            "tags" => asked.text("").map(|tag| Source::Tag(tag.to_lowercase())),
            "customfieldvalues" => asked.number("customfieldid").and_then(|field| {
                let value = asked.text("value").or_else(|| asked.item())?;
                Some(Source::Custom(field, value_key(&value)))
            }),
            _ => None,
        };
        Bounds { leads: lead.map(|lead| vec![lead]), ..Bounds::all(false) }
    }
}

/// The equalities that a lambda asks of its item, all of which must hold.
struct Asked<'e> {
    parts: Vec<&'e Expression>,
    variable: &'e str,
}

impl<'e> Asked<'e> {
    fn of(test: &'e Expression, variable: &'e str) -> Self {
        let parts = match test {
            Expression::And(parts) => parts.iter().collect(),
            one => vec![one],
        };
        Asked { parts, variable }
    }

    /// The value that a member of the item must equal; the empty name is the item itself.
    fn value(&self, member: &str) -> Option<&'e Literal> {
        let is_it = |path: &[String]| {
            let (first, rest) = path.split_first()?;
            let named = rest.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>().join("/");
            (first.eq_ignore_ascii_case(self.variable) && named == member).then_some(())
        };
        self.parts.iter().find_map(|part| {
            let Expression::Compare(Operator::Eq, left, right) = part else { return None };
            match (&**left, &**right) {
                (Expression::Path(path), Expression::Literal(value))
                | (Expression::Literal(value), Expression::Path(path)) => is_it(path).map(|()| value),
                _ => None,
            }
        })
    }

    fn text(&self, member: &str) -> Option<String> {
        self.value(member).and_then(plain_text).map(str::to_owned)
    }

    fn number(&self, member: &str) -> Option<i64> {
        match self.value(member)? {
            Literal::Number(number) => whole(*number),
            _ => None,
        }
    }

    /// The text that an item of a list must equal: `c/items/any(i: i/customFieldItem eq 'x')`.
    fn item(&self) -> Option<String> {
        self.parts.iter().find_map(|part| {
            let Expression::Lambda(lambda) = part else { return None };
            let [first, second] = lambda.path.as_slice() else { return None };
            let is_items = first.eq_ignore_ascii_case(self.variable) && second.eq_ignore_ascii_case("items");
            let test = lambda.test.as_ref().filter(|_| is_items && !lambda.all)?;
            Asked::of(test, &lambda.variable).text("customfielditem")
        })
    }
}

fn lead(value: &Literal, source: fn(String) -> Source) -> Option<Bounds> {
    let text = plain_text(value)?;
    Some(Bounds { leads: Some(vec![source(text.to_lowercase())]), exact: true, ..Bounds::all(true) })
}

/// A text that is compared as such: dates are compared as instants, and an empty text is stored as nothing.
fn plain_text(value: &Literal) -> Option<&str> {
    match value {
        Literal::Text(text) if !text.is_empty() && instant_ns(text).is_none() => Some(text),
        _ => None,
    }
}

fn instant(value: &Literal) -> Option<i128> {
    match value {
        Literal::Instant(ns) => Some(*ns),
        Literal::Text(text) => instant_ns(text),
        _ => None,
    }
}

fn whole(number: f64) -> Option<i64> {
    // Every whole number up to here is one of a kind.
    const MAX: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() < MAX).then_some(number as i64)
}

/// Numbers that compare so, and whether no other does.
fn numbers(operator: Operator, value: &Literal) -> Option<(Span, bool)> {
    let number = match value {
        Literal::Number(number) => whole(*number)?,
        // As texts only equal ones are near each other.
        Literal::Text(text) if operator == Operator::Eq => {
            text.parse::<i64>().ok().filter(|number| number.to_string() == *text)?
        }
        _ => return None,
    };
    let span = match operator {
        Operator::Eq => Span { min: number, max: number },
        Operator::Ne => return None,
        Operator::Gt => Span { min: number.saturating_add(1), ..Span::ALL },
        Operator::Ge => Span { min: number, ..Span::ALL },
        Operator::Lt => Span { max: number.saturating_sub(1), ..Span::ALL },
        Operator::Le => Span { max: number, ..Span::ALL },
    };
    Some((Span { min: span.min.max(0), ..span }, true))
}

/// Milliseconds that compare so.
fn dates(operator: Operator, ns: i128) -> Option<Span> {
    let floor = ns.div_euclid(MS);
    let ceil = if ns.rem_euclid(MS) == 0 { floor } else { floor + 1 };
    let (min, max) = match operator {
        Operator::Eq => (ceil, floor),
        Operator::Ne => return None,
        Operator::Gt => (floor + 1, i128::MAX),
        Operator::Ge => (ceil, i128::MAX),
        Operator::Lt => (0, ceil - 1),
        Operator::Le => (0, floor),
    };
    let bounded = |ms: i128| i64::try_from(ms.max(-1)).unwrap_or(i64::MAX);
    Some(Span { min: bounded(min).max(0), max: bounded(max) })
}

/// Whether a filter asks of the status and its base, and of nothing else.
fn is_of_status(filter: &Expression) -> bool {
    fn asks(filter: &Expression, found: &mut bool) -> bool {
        match filter {
            Expression::And(parts) | Expression::Or(parts) | Expression::Call(_, parts) => {
                parts.iter().all(|part| asks(part, found))
            }
            Expression::Not(inner) => asks(inner, found),
            Expression::Compare(_, left, right) => asks(left, found) && asks(right, found),
            Expression::In(left, values) => {
                asks(left, found) && values.iter().all(|value| asks(value, found))
            }
            Expression::Lambda(_) => false,
            Expression::Literal(_) => true,
            Expression::Path(path) => {
                let is = |name: &str| path.len() == 1 && path[0].eq_ignore_ascii_case(name);
                *found = is("status") || is("baseStatus");
                *found
            }
        }
    }
    let mut found = false;
    asks(filter, &mut found) && found
}
