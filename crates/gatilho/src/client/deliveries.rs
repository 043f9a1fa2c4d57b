//! `gatilho delivery list` and `resend`: the execution log as a table, and sending again. One delivery is in `show`.

use super::api::Api;
use super::filter::Filter;
use super::list;
use super::table::{Cell, Column, table};
use super::terminal::{Colour, Terminal, print, print_json};
use super::triggers::text;
use anyhow::{Context, Result};
use engine::SystemClock;
use model::ids::DeliveryId;
use model::time::Clock;
use serde_json::{Map, Value};

const COLUMNS: [Column; 8] = [
    Column::fixed("LAST UPDATE"),
    Column::fixed("STATUS"),
    Column::number("ATTEMPTS"),
    Column::number("TICKET"),
    Column::text("TRIGGER", 10),
    Column::fixed("ID"),
    Column::long("URL", 20),
    Column::long("ERROR", 24),
];

/// Shows the log.
///
/// # Errors
/// As the API says.
pub(super) fn list(api: &Api, filter: &Filter, limit: usize, json: bool) -> Result<()> {
    let listing = list::read(api, "deliveries", &filter.query(SystemClock.now()), limit)?;
    if json {
        return print_json(&listing.json);
    }
    if listing.items.is_empty() {
        return print("There are no such deliveries.\n");
    }
    let rows: Vec<_> = listing.items.iter().map(row).collect();
    print(&table(&COLUMNS, &rows, Terminal::of_output()))?;
    if listing.more {
        // Beside the table, so that whoever counts its lines counts deliveries.
        eprintln!(
            "There are more than these {limit}: raise --limit, or ask for less with --status, --since and others."
        );
    }
    Ok(())
}

fn row(delivery: &Value) -> Vec<Cell> {
    let status = text(&delivery["status"]);
    vec![
        Cell::from(to_the_second(&text(&delivery["last_update"]))),
        Cell::painted(&status, colour(&status)),
        Cell::from(text(&delivery["attempts"])),
        Cell::from(text(&delivery["ticket"])),
        Cell::from(text(&delivery["trigger"]["name"])),
        Cell::from(text(&delivery["id"])),
        Cell::from(web::mask_url(&text(&delivery["url"]))),
        Cell::from(web::mask_text(&text(&delivery["error"]))),
    ]
}

/// The colour of a word of the log.
pub(super) fn colour(status: &str) -> Colour {
    match status {
        "delivered" => Colour::Green,
        "failed" => Colour::Red,
        "retrying" | "held" => Colour::Yellow,
        "cancelled" => Colour::Dim,
        _ => Colour::Plain,
    }
}

/// `2026-01-02T03:04:05.678Z` as `2026-01-02 03:04:05Z`; anything else as it is.
pub(super) fn to_the_second(instant: &str) -> String {
    match (instant.get(..10), instant.get(11..19), instant.ends_with('Z')) {
        (Some(date), Some(time), true) => format!("{date} {time}Z"),
        _ => instant.to_owned(),
    }
}

/// Sends one delivery again.
///
/// # Errors
/// As the API says.
pub(super) fn resend_one(api: &Api, id: DeliveryId, json: bool) -> Result<()> {
    let answer = api.post(&["deliveries", &id.to_string(), "resend"], &Map::new())?;
    if json {
        return print_json(&answer);
    }
    print(&format!("{id} goes out again; see how it went with `gatilho delivery show {id}`.\n"))
}

/// Sends again what the filter chooses, or counts it.
///
/// # Errors
/// As the API says.
pub(super) fn resend_matching(api: &Api, filter: &Filter, count: bool, json: bool) -> Result<()> {
    // In the body: URLs may hold secrets, and what stands in an address is often logged on its way.
    let query = filter.query(SystemClock.now()).into_iter();
    let mut body: Map<String, Value> = query.map(|(name, value)| (name.to_owned(), value.into())).collect();
    if count {
        body.insert("count".to_owned(), true.into());
    }
    let answer = api.post(&["deliveries", "resend"], &body)?;
    if json {
        return print_json(&answer);
    }
    let resent: Value = serde_json::from_str(&answer).context("the server's answer cannot be understood")?;
    print(&sentence(&resent, count))
}

fn sentence(resent: &Value, count: bool) -> String {
    let number = resent["count"].as_i64().unwrap_or_default();
    let more = resent["more"].as_bool().unwrap_or_default();
    let deliveries = if number == 1 { "delivery" } else { "deliveries" };
    let goes = match (count, number == 1) {
        (true, _) => "would go",
        (false, true) => "goes",
        (false, false) => "go",
    };
    match (number, more, count) {
        (0, ..) => "No delivery matches: nothing is sent again.\n".to_owned(),
        (_, true, true) => format!("{number} {deliveries} {goes} out again at once, and there are more.\n"),
        (_, true, false) => {
            format!("{number} {deliveries} {goes} out again. There may be more: run this again.\n")
        }
        (_, false, _) => format!("{number} {deliveries} {goes} out again.\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_shows_no_secret() {
        let delivery = json!({
            "id": "dlv_1", "last_update": "2026-01-02T03:04:05.678Z", "status": "failed", "attempts": 5,
            "url": "https://a.example/hook?secret=abc", "ticket": 7, "trigger": { "id": "trg_1", "name": "ERP" },
            "error": "answered 302 to https://b.example/?secret=abc; redirects are not followed",
        });
        let shown = table(&COLUMNS, &[row(&delivery)], Terminal { width: None, colours: false });
        assert!(!shown.contains("abc"), "{shown}");
        let cells: Vec<&str> =
            shown.lines().nth(1).unwrap().split("  ").filter(|cell| !cell.is_empty()).collect();
        let cells: Vec<&str> = cells.into_iter().map(str::trim).collect();
        assert_eq!(
            cells,
            [
                "2026-01-02 03:04:05Z",
                "failed",
                "5",
                "7",
                "ERP",
                "dlv_1",
                "https://a.example/hook?secret=•••",
                "answered 302 to https://b.example/?secret=•••; redirects are not followed",
            ]
        );
    }

    #[test]
    fn what_is_sent_again_is_told_in_a_sentence() {
        let told = |count: i64, more: bool, only_count: bool| {
            sentence(&json!({ "count": count, "more": more }), only_count)
        };
        assert_eq!(told(0, false, false), "No delivery matches: nothing is sent again.\n");
        assert_eq!(told(1, false, false), "1 delivery goes out again.\n");
        assert_eq!(told(37, false, true), "37 deliveries would go out again.\n");
        assert_eq!(
            told(10_000, true, false),
            "10000 deliveries go out again. There may be more: run this again.\n"
        );
    }

    #[test]
    fn instants_are_shown_to_the_second() {
        assert_eq!(to_the_second("2026-01-02T03:04:05.678Z"), "2026-01-02 03:04:05Z");
        assert_eq!(to_the_second("soon"), "soon");
        assert_eq!(to_the_second("ãããããããããããããã"), "ãããããããããããããã");
    }
}
