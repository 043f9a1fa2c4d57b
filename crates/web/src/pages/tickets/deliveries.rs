//! The newest deliveries of a ticket, kept up to date on its page.

use crate::Shared;
use crate::error::Failure;
use crate::view::status::Status;
use crate::view::time::Instant;
use crate::view::{Viewer, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use model::access_profile::Grant;
use store::log::Filter;

/// Deliveries that are shown.
const ROWS: i64 = 8;

/// The deliveries as somebody sees them.
#[derive(Debug, Template)]
#[template(path = "tickets/deliveries.html")]
pub(super) struct Deliveries {
    t: Words,
    number: i64,
    rows: Vec<Row>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Deliveries {}

#[derive(Debug)]
struct Row {
    id: String,
    status: Status,
    trigger: String,
    updated: Instant,
}

impl Deliveries {
    /// Reads them for those who may see the execution log; none for others.
    pub(super) async fn read(
        app: &Shared,
        viewer: &Viewer,
        number: i64,
    ) -> Result<Option<Deliveries>, Failure> {
        if viewer.require(Grant::AllowCreatingTriggers).is_err() {
            return Ok(None);
        }
        let filter = Filter { ticket: Some(number), ..Filter::default() };
        let found = store::log::page(&app.engine.reader(), viewer.caller.domain, &filter, None, ROWS).await?;
        let t = viewer.look.words;
        let row = |row: store::log::LogRow| Row {
            id: row.id.to_string(),
            status: Status::new(t, row.state.shown(row.paused)),
            trigger: row.trigger_name,
            updated: Instant::new(&viewer.look, row.updated_at),
        };
        Ok(Some(Deliveries { t, number, rows: found.into_iter().map(row).collect() }))
    }
}
