//! The last 24 hours of the log as a small picture made here, and the same as a table.

use crate::Shared;
use crate::error::Failure;
use crate::view::status::{counted, grouped};
use crate::view::{Viewer, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use model::time::Timestamp;
use store::tally::{Count, Hour};

/// Hours that are shown.
const HOURS: i64 = 24;
/// The picture's height, in its own units; its width is as many as there are hours, times `STEP`.
const HEIGHT: i64 = 80;
/// From one bar to the next.
const STEP: i64 = 20;
/// Hours between two times under the picture.
const MARKED: usize = 6;

/// The picture.
#[derive(Debug, Template)]
#[template(path = "webhook_log/chart.html")]
pub(crate) struct Chart {
    t: Words,
    told: String,
    bars: Vec<Bar>,
    marks: Vec<String>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Chart {}

/// An hour.
#[derive(Debug)]
struct Bar {
    x: i64,
    /// The hour's beginning in the reader's zone.
    hour: String,
    all: String,
    failed: String,
    /// Height of what did not fail, standing on what did.
    others_height: i64,
    others_y: i64,
    failed_height: i64,
    failed_y: i64,
}

impl Chart {
    /// Reads the last hours; none when nothing happened in them.
    pub(crate) async fn read(app: &Shared, viewer: &Viewer) -> Result<Option<Chart>, Failure> {
        let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
        let hours = store::tally::by_hour(&reader, domain, app.engine.now(), HOURS).await?;
        Ok(Chart::new(viewer, &hours))
    }

    fn new(viewer: &Viewer, hours: &[Hour]) -> Option<Chart> {
        let most = hours.iter().map(|hour| hour.all.rows).max().filter(|most| *most > 0)?;
        let sum = |of: fn(&Hour) -> Count| {
            let (rows, more) = hours
                .iter()
                .map(of)
                .fold((0, false), |(rows, more), count| (rows + count.rows, more || count.more));
            counted(Count { rows, more })
        };
        let t = viewer.look.words;
        let told = t.two("log-chart-told", "all", sum(|hour| hour.all), "failed", sum(|hour| hour.failed));
        let clock = |at: Timestamp| {
            jiff::Timestamp::from_millisecond(at.0).map_or_else(
                |_| String::new(),
                |instant| instant.to_zoned(viewer.look.zone.clone()).strftime("%H:%M").to_string(),
            )
        };
        let bars: Vec<Bar> =
            (0..).zip(hours).map(|(at, hour)| Bar::new(at, hour, most, clock(hour.from))).collect();
        let marks = bars.iter().step_by(MARKED).chain(bars.last()).map(|bar| bar.hour.clone()).collect();
        Some(Chart { t, told, bars, marks })
    }

    fn width(&self) -> i64 {
        HOURS * STEP
    }
}

impl Bar {
    fn new(at: i64, hour: &Hour, most: i64, clock: String) -> Bar {
        // What happened at all is never too small to be seen.
        let height = |rows: i64| if rows == 0 { 0 } else { (rows * HEIGHT / most).max(2) };
        let failed = hour.failed.rows.min(hour.all.rows);
        let failed_height = height(failed);
        let others_height = height(hour.all.rows - failed).min(HEIGHT - failed_height);
        Bar {
            x: at * STEP + 2,
            hour: clock,
            all: counted(hour.all),
            failed: if hour.failed.more { counted(hour.failed) } else { grouped(failed) },
            others_height,
            others_y: HEIGHT - failed_height - others_height,
            failed_height,
            failed_y: HEIGHT - failed_height,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_stands_on_its_failures_and_stays_within_the_picture() {
        let count = |rows| Count { rows, more: false };
        for (all, failed) in [(0, 0), (1, 0), (100, 1), (100, 100), (100, 99), (1, 1)] {
            let hour = Hour { from: Timestamp(0), all: count(all), failed: count(failed) };
            let bar = Bar::new(3, &hour, 100, String::new());
            assert_eq!(bar.failed_y + bar.failed_height, HEIGHT);
            assert_eq!(bar.others_y + bar.others_height, bar.failed_y);
            assert!(bar.others_y >= 0 && (failed == 0) == (bar.failed_height == 0), "{bar:?}");
        }
    }
}
