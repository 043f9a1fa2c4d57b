//! The public API, `/public/v1/…?token=KEY`: Movidesk's, in its names, its order and its tolerance.
//! Not here: the native API (`api`), what the commands do (engine).

pub(crate) mod json;
pub(crate) mod odata;
pub(crate) mod persons;
pub(crate) mod query;
pub(crate) mod reference;
pub(crate) mod tickets;

/// Empty text is null in answers.
pub(crate) fn or_null(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
