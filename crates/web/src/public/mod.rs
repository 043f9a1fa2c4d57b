//! The public API, `/public/v1/…?token=KEY`: Movidesk's, in its names, its order and its tolerance.
//! Not here: the native API (`api`), what the commands do (engine).

pub(crate) mod files;
pub(crate) mod json;
pub(crate) mod odata;
pub(crate) mod persons;
pub(crate) mod query;
pub(crate) mod reference;
pub(crate) mod services;
pub(crate) mod tickets;

use crate::error::Failure;
use model::text;
use url::form_urlencoded;

/// A number that a query must name. Names match without case.
pub(crate) fn number_of(query: &str, name: &str) -> Result<i64, Failure> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let given = pairs.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let given =
        given.ok_or_else(|| Failure::fault(name, text!("is missing; give a number as `{name}`", name)))?;
    match given.trim().parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => {
            Err(Failure::fault(name, text!("is `{given}`; must be a number from 1", given = given.as_ref())))
        }
    }
}

/// Empty text is null in answers.
pub(crate) fn or_null(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
