//! A row of the log in the article's seven columns. URLs keep their secrets to themselves here.

use crate::Shared;
use crate::mask::mask_url;
use crate::pages::integrations::keeper::Keeper;
use crate::view::status::Status;
use crate::view::stored::Stored;
use crate::view::time::Instant;
use crate::view::{Viewer, Words};
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
    error: Stored,
    trigger: String,
    trigger_name: String,
    /// The integration that keeps the trigger.
    keeper: Option<Keeper>,
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
    pub(crate) fn new(app: &Shared, viewer: &Viewer, rows: Vec<LogRow>) -> Rows {
        let row = |row| Row::new(app, viewer, row);
        Rows { t: viewer.look.words, rows: rows.into_iter().map(row).collect() }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Row {
    fn new(app: &Shared, viewer: &Viewer, row: LogRow) -> Row {
        let look = &viewer.look;
        Row {
            keeper: Keeper::of(app, viewer, row.trigger),
            id: row.id.to_string(),
            updated: Instant::new(look, row.updated_at),
            status: Status::new(look.words, row.state.shown(row.paused)),
            attempts: row.attempts,
            url: mask_url(&row.url),
            error: Stored::masked(look.words, &row.error),
            trigger: row.trigger.to_string(),
            trigger_name: row.trigger_name,
            ticket: row.ticket_number,
        }
    }
}
