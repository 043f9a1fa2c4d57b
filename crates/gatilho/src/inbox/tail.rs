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
use store::db::{Inspection, Query};
use store::inbox::{Entry, Filter, arrived_after, changed_since, latest, page};

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
        let mut tail = Tail::begin(inspection, json)?;
        loop {
            tail.look()?;
            tokio::select! {
                () = &mut stopped => return Ok(()),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    })
}

/// How far the inbox has been told.
struct Tail<'a> {
    inspection: &'a Inspection,
    json: bool,
    told: Told,
    /// The newest arrival that was told.
    newest: i64,
    /// Where the next look for changes begins.
    since: Timestamp,
}

impl<'a> Tail<'a> {
    /// Tells what arrived or changed last.
    fn begin(inspection: &'a Inspection, json: bool) -> Result<Self> {
        let since = SystemClock.now().plus_ms(-MARGIN_MS);
        let mut tail = Tail { inspection, json, told: Told::default(), newest: 0, since };
        // What changed before these lines, within the margin, is no news.
        for entry in tail.changed()? {
            tail.told.is_news(&entry);
        }
        let newest = tail.read(&page(&Filter::default(), None, 1))?;
        tail.newest = newest.first().map_or(0, |entry| entry.request);
        for entry in tail.read(&latest(FIRST))?.iter().rev() {
            tail.told.is_news(entry);
            print(&line(entry, json))?;
        }
        Ok(tail)
    }

    /// Tells what arrived and changed since the last look, in the order of time.
    fn look(&mut self) -> Result<()> {
        let mut entries = Vec::new();
        loop {
            let arrived = self.read(&arrived_after(self.newest, MOST))?;
            self.newest = arrived.last().map_or(self.newest, |entry| entry.request);
            let more = is_full(&arrived);
            entries.extend(arrived);
            if !more {
                break;
            }
        }
        entries.extend(self.changed()?);
        entries.sort_by_key(|entry| (entry.updated_at, entry.request));
        for entry in &entries {
            if self.told.is_news(entry) {
                print(&line(entry, self.json))?;
            }
        }
        self.since = SystemClock.now().plus_ms(-MARGIN_MS);
        self.told.forget(self.since);
        Ok(())
    }

    /// What changed since the last look, and what that one may have missed.
    fn changed(&self) -> Result<Vec<Entry>> {
        let (mut entries, mut from) = (Vec::new(), self.since);
        loop {
            let changed = self.read(&changed_since(from, MOST))?;
            let last = changed.last().map_or(from, |entry| entry.updated_at);
            let more = is_full(&changed) && last > from;
            entries.extend(changed);
            if !more {
                return Ok(entries);
            }
            from = last;
        }
    }

    fn read(&self, query: &Query) -> Result<Vec<Entry>> {
        let found = rows(self.inspection, query)?;
        Ok(found.iter().map(Entry::read).collect::<Result<_, _>>()?)
    }
}

/// Whether there may be more than one look took.
fn is_full(entries: &[Entry]) -> bool {
    i64::try_from(entries.len()).is_ok_and(|count| count >= MOST)
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
