//! `gatilho inbox tail`: a line for each change, as it happens.

use super::list::{colour, masked, object, to_the_second};
use super::rows;
use crate::client::terminal::{Terminal, plain, print};
use crate::serve::stop_signal;
use anyhow::{Context, Result};
use engine::SystemClock;
use model::inbox::RequestState;
use model::time::{Clock, Timestamp};
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;
use store::db::Inspection;
use store::inbox::{Entry, Filter, changed_since, page};

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Changes are committed a little after the instant they bear: so far back each look begins.
const MARGIN_MS: i64 = 5_000;

/// Lines to begin with.
const FIRST: i64 = 10;

/// Changes that one look takes.
const MOST: i64 = 1_000;

/// What was told already: of each request its last line, and when that was.
#[derive(Default)]
struct Told(HashMap<i64, (RequestState, i64, Timestamp)>);

impl Told {
    /// Whether this is news; it is none the next time.
    fn is_news(&mut self, entry: &Entry) -> bool {
        let line = (entry.state, entry.attempts, entry.updated_at);
        self.0.insert(entry.request, line) != Some(line)
    }

    /// Forgets what no look will find again.
    fn forget(&mut self, before: Timestamp) {
        self.0.retain(|_, (_, _, at)| *at >= before);
    }
}

/// Follows until Ctrl-C.
///
/// # Errors
/// When the inbox cannot be read.
pub(super) fn tail(inspection: &Inspection, json: bool) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let stopped = stop_signal()?;
        tokio::pin!(stopped);
        let mut told = Told::default();
        let mut since = begin(inspection, json, &mut told)?;
        loop {
            since = look(inspection, json, &mut told, since)?;
            tokio::select! {
                () = &mut stopped => return Ok(()),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    })
}

/// Tells what changed last; answers where the next look begins.
fn begin(inspection: &Inspection, json: bool, told: &mut Told) -> Result<Timestamp> {
    let found = rows(inspection, &page(&Filter::default(), None, FIRST))?;
    let mut since = SystemClock.now();
    for row in found.iter().rev() {
        let entry = Entry::read(row)?;
        since = entry.updated_at;
        told.is_news(&entry);
        print(&line(&entry, json))?;
    }
    Ok(since)
}

/// Tells what changed since; answers where the next look begins.
fn look(inspection: &Inspection, json: bool, told: &mut Told, since: Timestamp) -> Result<Timestamp> {
    let mut since = since;
    loop {
        let found = rows(inspection, &changed_since(since, MOST))?;
        let mut newest = since;
        let mut news = false;
        for row in &found {
            let entry = Entry::read(row)?;
            newest = newest.max(entry.updated_at);
            if told.is_news(&entry) {
                news = true;
                print(&line(&entry, json))?;
            }
        }
        if found.len() < usize::try_from(MOST).unwrap_or(usize::MAX) || !news {
            let back = SystemClock.now().plus_ms(-MARGIN_MS);
            told.forget(back);
            return Ok(since.max(back));
        }
        since = newest;
    }
}

fn line(entry: &Entry, json: bool) -> String {
    if json {
        return format!("{}\n", Value::from(object(entry)));
    }
    let ticket = entry.ticket.as_ref().map(|ticket| format!("  ticket {ticket}")).unwrap_or_default();
    let error = if entry.error.is_empty() { String::new() } else { format!("  {}", entry.error) };
    let state = Terminal::of_output().paint(colour(entry.state), entry.state.as_str());
    let rest = plain(&format!("{}{ticket}{error}", masked(entry)));
    format!("{}  {}  {state}  {rest}\n", to_the_second(entry.updated_at), entry.request)
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::entry;
    use super::*;

    #[test]
    fn a_line_is_told_once() {
        let mut told = Told::default();
        let dead = entry();
        assert!(told.is_news(&dead) && !told.is_news(&dead));
        let again = Entry { state: RequestState::Waiting, attempts: 0, ..entry() };
        assert!(told.is_news(&again) && !told.is_news(&again));
        told.forget(again.updated_at);
        assert!(!told.is_news(&again));
        told.forget(again.updated_at.plus_ms(1));
        assert!(told.is_news(&again));
    }
}
