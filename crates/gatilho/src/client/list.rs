//! Lists of the API: page after page up to a limit, as one document.

use super::api::Api;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The longest page the API answers.
const PAGE_MAX: usize = 100;

/// A list, or the beginning of one.
pub(super) struct Listing {
    /// The document as the server wrote it, several pages joined.
    pub(super) json: String,
    /// Its rows.
    pub(super) items: Vec<Value>,
    /// Whether the server has more.
    pub(super) more: bool,
}

#[derive(Deserialize, Serialize)]
struct Page {
    items: Vec<Box<RawValue>>,
    next_cursor: Option<String>,
}

/// Reads at most `limit` rows.
///
/// # Errors
/// As the API says.
pub(super) fn read(api: &Api, list: &str, query: &[(&str, String)], limit: usize) -> Result<Listing> {
    pages(limit, |rows, cursor| {
        let mut query = query.to_vec();
        query.push(("limit", rows.to_string()));
        query.extend(cursor.map(|cursor| ("cursor", cursor.to_owned())));
        api.get(&[list], &query)
    })
}

/// The pages that `ask` answers for a number of rows and a cursor, joined.
fn pages(limit: usize, mut ask: impl FnMut(usize, Option<&str>) -> Result<String>) -> Result<Listing> {
    let mut json = ask(limit.min(PAGE_MAX), None)?;
    let mut whole = parse(&json)?;
    while whole.items.len() < limit
        && let Some(cursor) = whole.next_cursor.take()
    {
        let next = parse(&ask((limit - whole.items.len()).min(PAGE_MAX), Some(&cursor))?)?;
        whole.items.extend(next.items);
        whole.next_cursor = next.next_cursor;
        json.clear();
    }
    if json.is_empty() {
        json = serde_json::to_string(&whole)?;
    }
    let items = whole.items.iter().map(|row| serde_json::from_str(row.get()));
    let items = items.collect::<Result<_, _>>().context("the server's rows cannot be understood")?;
    Ok(Listing { json, items, more: whole.next_cursor.is_some() })
}

fn parse(json: &str) -> Result<Page> {
    serde_json::from_str(json)
        .context("the server's answer is no list: is it a Gatilho server of this version? Look at --server")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(rows: usize, cursor: Option<&str>) -> Result<String> {
        let first: usize = cursor.unwrap_or("0").parse()?;
        let last = (first + rows).min(250);
        let items: Vec<String> = (first..last).map(|n| format!("{{ \"n\": {n}.0 }}")).collect();
        let next = if last < 250 { format!("\"{last}\"") } else { "null".into() };
        Ok(format!("{{\"items\": [{}],  \"next_cursor\": {next}}}", items.join(",")))
    }

    #[test]
    fn one_page_is_handed_on_as_it_came() {
        let listing = pages(2, ask).unwrap();
        assert_eq!(listing.json, r#"{"items": [{ "n": 0.0 },{ "n": 1.0 }],  "next_cursor": "2"}"#);
        assert!(listing.more && listing.items.len() == 2);
    }

    #[test]
    fn pages_become_one_document_whose_rows_are_as_they_came() {
        let listing = pages(230, ask).unwrap();
        assert!(listing.items.len() == 230 && listing.more);
        assert!(listing.json.starts_with(r#"{"items":[{ "n": 0.0 },{ "n": 1.0 }"#), "{}", listing.json);
        assert!(listing.json.ends_with(r#"{ "n": 229.0 }],"next_cursor":"230"}"#), "{}", listing.json);
        let all = pages(1_000, ask).unwrap();
        assert!(all.items.len() == 250 && !all.more && all.json.ends_with(r#""next_cursor":null}"#));
    }

    #[test]
    fn what_is_no_list_is_said_to_be_none() {
        assert!(pages(5, |_, _| Ok("[]".into())).is_err());
    }
}
