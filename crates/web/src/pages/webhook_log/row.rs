//! A row of the log in the article's seven columns. URLs keep their secrets to themselves here.

use crate::mask::{mask_text, mask_url};
use crate::view::status::Status;
use crate::view::time::Instant;
use crate::view::{Look, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use store::log::LogRow;

/// A row.
#[derive(Debug)]
pub(crate) struct Row {
    id: String,
    updated: Instant,
    status: Status,
    attempts: i64,
    url: String,
    error: String,
    trigger: String,
    trigger_name: String,
    ticket: i64,
}

/// The rows as a table.
#[derive(Debug, Template)]
#[template(path = "webhook_log/rows.html")]
pub(crate) struct Rows {
    t: Words,
    rows: Vec<Row>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Rows {}

impl Rows {
    /// The rows as this reader reads them.
    pub(crate) fn new(look: &Look, rows: Vec<LogRow>) -> Rows {
        Rows { t: look.words, rows: rows.into_iter().map(|row| Row::new(look, row)).collect() }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Row {
    fn new(look: &Look, row: LogRow) -> Row {
        Row {
            id: row.id.to_string(),
            updated: Instant::new(look, row.updated_at),
            status: Status::new(look.words, row.state.shown(row.paused)),
            attempts: row.attempts,
            url: mask_url(&row.url),
            error: mask_text(&row.error),
            trigger: row.trigger.to_string(),
            trigger_name: row.trigger_name,
            ticket: row.ticket_number,
        }
    }
}
