//! What the lists of a domain's words share: they are kept in memory and paged by their place; orders name all of them.

use crate::cursor::Page;
use crate::error::Failure;
use crate::query::PageAsked;
use model::ids::UnreadableId;
use model::reading::Reading;
use model::text;
use serde_json::Value;
use std::str::FromStr;
use utoipa::ToSchema;

/// A page of a list that is in memory.
pub(super) fn page_of<'w, T, F>(
    list: &str,
    page: &PageAsked<1>,
    items: &'w [T],
    form: impl Fn(&'w T) -> F,
) -> Page<F> {
    let start = page.after.map_or(0, |[at]| usize::try_from(at.saturating_add(1)).unwrap_or(0));
    let rows = (0_i64..).zip(items).skip(start).take(page.limit + 1).collect();
    Page::of(list, rows, page.limit, |(at, _)| [*at], |(_, item)| form(item))
}

/// An order of all words of a kind.
#[derive(ToSchema)]
#[schema(as = WordOrder)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read_order` reads")]
pub(crate) struct OrderBody {
    /// Every one of them, each once, the first first.
    ids: Vec<String>,
}

/// Words of a kind at most, as far as reading goes.
const IDS_MAX: usize = 5_000;

/// Reads an order.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_order<T: FromStr<Err = UnreadableId>>(
    json: &Value,
    number: impl Fn(T) -> i64,
) -> Result<Vec<i64>, Failure> {
    let mut reading = Reading::default();
    let members = reading.object("", json, &["ids"]);
    if reading.faults.is_empty() && !members.get("ids").is_some_and(Value::is_array) {
        reading.fault("ids", text!("must be a list of ids"));
    }
    let ids = reading.ids("ids", members.get("ids"), IDS_MAX);
    if reading.faults.is_empty() {
        Ok(ids.into_iter().map(number).collect())
    } else {
        Err(Failure::invalid(reading.faults))
    }
}
