//! `gatilho inbox list`: the inbox as a table or as JSON. Values of queries are shown by neither.

use super::rows;
use crate::client::table::{Cell, Column, table};
use crate::client::terminal::{Colour, Terminal, print, print_json};
use anyhow::Result;
use model::inbox::RequestState;
use model::time::Timestamp;
use serde_json::{Map, Value, json};
use store::db::Inspection;
use store::inbox::{Entry, Filter, page};

const COLUMNS: [Column; 7] = [
    Column::number("ID"),
    Column::fixed("LAST CHANGE"),
    Column::fixed("STATE"),
    Column::number("RUNS"),
    Column::text("TICKET", 8),
    Column::text("PATH", 12),
    Column::long("ERROR", 24),
];

/// Rows that are read at once.
const PAGE: i64 = 500;

/// Shows the list.
///
/// # Errors
/// When the inbox cannot be read.
pub(super) fn list(inspection: &Inspection, filter: &Filter, limit: i64, json: bool) -> Result<()> {
    let mut entries: Vec<Entry> = Vec::new();
    // One more than is shown, to know whether there are more.
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    loop {
        let rest = i64::try_from(wanted - entries.len()).unwrap_or(PAGE).min(PAGE);
        let found = rows(inspection, &page(filter, entries.last().map(|entry| entry.request), rest))?;
        let last = found.len() < usize::try_from(rest).unwrap_or_default();
        for row in &found {
            entries.push(Entry::read(row)?);
        }
        if last || entries.len() == wanted {
            break;
        }
    }
    let more = entries.len() == wanted;
    entries.truncate(wanted - 1);
    if json {
        let items: Vec<Map<String, Value>> = entries.iter().map(object).collect();
        return print_json(&json!({ "items": items, "more": more }).to_string());
    }
    if entries.is_empty() {
        return print("There are no such requests.\n");
    }
    let lines: Vec<_> = entries.iter().map(cells).collect();
    print(&table(&COLUMNS, &lines, Terminal::of_output()))?;
    if more {
        // Beside the table, so that whoever counts its lines counts requests.
        eprintln!(
            "There are more than these {limit}: raise --limit, or ask for less with --state and --ticket."
        );
    }
    Ok(())
}

fn cells(entry: &Entry) -> Vec<Cell> {
    vec![
        Cell::from(entry.request.to_string()),
        Cell::from(to_the_second(entry.updated_at)),
        Cell::painted(entry.state.as_str(), colour(entry.state)),
        Cell::from(entry.attempts.to_string()),
        Cell::from(entry.ticket.clone().unwrap_or_default()),
        Cell::from(masked(entry)),
        Cell::from(&entry.error),
    ]
}

/// Path and query without the query's values.
pub(super) fn masked(entry: &Entry) -> String {
    if entry.query.is_empty() {
        return entry.path.clone();
    }
    web::mask_url(&format!("{}?{}", entry.path, entry.query))
}

/// An entry as JSON.
pub(super) fn object(entry: &Entry) -> Map<String, Value> {
    let next = (entry.state == RequestState::Waiting).then(|| entry.due_at.to_string());
    let members: [(&str, Value); 12] = [
        ("id", entry.request.into()),
        ("state", entry.state.as_str().into()),
        ("runs", entry.attempts.into()),
        ("ticket", entry.ticket.clone().into()),
        ("webhook_id", entry.webhook_id.clone().into()),
        ("resend", entry.resend.into()),
        ("repeat", entry.repeat.into()),
        ("path", masked(entry).into()),
        ("error", entry.error.clone().into()),
        ("received_at", entry.received_at.to_string().into()),
        ("last_change", entry.updated_at.to_string().into()),
        ("next_run_at", next.into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The colour of a state.
pub(super) fn colour(state: RequestState) -> Colour {
    match state {
        RequestState::Done => Colour::Green,
        RequestState::Dead => Colour::Red,
        RequestState::Waiting => Colour::Yellow,
        RequestState::Dropped => Colour::Dim,
        RequestState::Running => Colour::Plain,
    }
}

/// An instant for people: `2026-01-02 03:04:05Z`.
pub(super) fn to_the_second(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(date), Some(time)) => format!("{date} {time}Z"),
        _ => text,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::inbox) fn entry() -> Entry {
        Entry {
            request: 17,
            state: RequestState::Dead,
            attempts: 5,
            ticket: Some("4711".into()),
            webhook_id: Some("dlv_1".into()),
            resend: 0,
            repeat: false,
            path: "/hooks".into(),
            query: "a=abc&b=x".into(),
            error: "exit status 3".into(),
            due_at: Timestamp(0),
            received_at: Timestamp(1_764_807_672_590),
            updated_at: Timestamp(1_764_807_673_000),
        }
    }

    #[test]
    fn a_line_shows_no_value_of_the_query() {
        let shown = table(&COLUMNS, &[cells(&entry())], Terminal { width: None, colours: false });
        assert_eq!(
            shown,
            "ID  LAST CHANGE           STATE  RUNS  TICKET  PATH                ERROR\n\
             17  2025-12-04 00:21:13Z  dead      5  4711    /hooks?a=•••&b=•••  exit status 3\n"
        );
        assert!(!Value::from(object(&entry())).to_string().contains("abc"));
    }

    #[test]
    fn only_what_waits_has_a_next_run() {
        assert_eq!(object(&entry())["next_run_at"], Value::Null);
        let waiting = Entry { state: RequestState::Waiting, ..entry() };
        assert_eq!(object(&waiting)["next_run_at"], "1970-01-01T00:00:00.000Z");
    }
}
