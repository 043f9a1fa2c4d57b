//! The report as text: the machine, one table, the goals, and what is to be known about the figures.

use std::fmt::Write as _;

use super::{Goal, Outcome, Report};
use crate::machine::Machine;

const HEAD: [&str; 11] = [
    "scenario",
    "delivered/s",
    "of limit",
    "CPU µs",
    "peak MiB",
    "p50 ms",
    "p90 ms",
    "p99 ms",
    "max ms",
    "lost",
    "dup.",
];

/// Above this share the figures are not those of an idle machine.
const OTHERS_NOTED: f64 = 0.10;

/// The whole report.
pub(crate) fn text(report: &Report) -> String {
    let mut rows = vec![row(&report.bare), row(&report.limit)];
    rows.extend(report.scenarios.iter().map(row));
    let mut text = format!("{}\n\n{}\n", machine(&report.machine), aligned(&HEAD.map(str::to_owned), &rows));
    for outcome in [&report.bare, &report.limit].into_iter().chain(&report.scenarios) {
        for note in notes(outcome) {
            let _ = writeln!(text, "{}: {note}", outcome.name);
        }
    }
    if report.limit_slices.len() > 1 {
        let slices: Vec<String> = report.limit_slices.iter().map(|rate| grouped(*rate)).collect();
        let _ = writeln!(text, "{}: {} calls/s, slice by slice", report.limit.name, slices.join(", "));
    }
    if cfg!(debug_assertions) {
        text.push_str("this is a debug build: the figures say nothing\n");
    }
    if !report.goals.is_empty() {
        let _ = write!(text, "\n{}", goals(&report.goals));
    }
    text
}

/// The machine in one line.
pub(crate) fn machine(machine: &Machine) -> String {
    let memory = if machine.data_in_memory { " (in memory: nothing durable is measured)" } else { "" };
    format!(
        "{} cores · {} · {:.0} GiB · Linux {} · {} syncs/s of 4 KiB, p50 {:.2} ms, p99 {:.2} ms{memory} · load {:.2}",
        machine.cores,
        machine.cpu,
        gibibytes(machine.memory_bytes),
        machine.kernel,
        machine.syncs_per_second,
        machine.sync_ms.p50,
        machine.sync_ms.p99,
        machine.load,
    )
}

fn row(outcome: &Outcome) -> [String; HEAD.len()] {
    let latency = &outcome.latency_ms;
    [
        outcome.name.clone(),
        grouped(outcome.delivered_per_second),
        format!("{:.3}", outcome.limit_ratio),
        outcome.cpu_us.server.map_or_else(|| "-".to_owned(), |us| format!("{us:.0}")),
        outcome.server_memory_peak_bytes.map_or_else(|| "-".to_owned(), |bytes| (bytes >> 20).to_string()),
        format!("{:.2}", latency.p50),
        format!("{:.2}", latency.p90),
        format!("{:.2}", latency.p99),
        format!("{:.2}", latency.max),
        outcome.lost.to_string(),
        outcome.duplicates.to_string(),
    ]
}

fn notes(outcome: &Outcome) -> Vec<String> {
    let mut notes = Vec::new();
    let waited = outcome.drain_seconds;
    if outcome.lost > 0 {
        notes.push(format!("{} never came, waited for {waited:.0} s", outcome.lost));
    } else if waited >= 1.0 {
        let accepted = grouped(outcome.accepted_per_second);
        notes.push(format!("accepted {accepted}/s; all had arrived {waited:.1} s after the end"));
    }
    if outcome.hanging_calls > 0 {
        notes.push(format!("{} calls at endpoints that never answer", outcome.hanging_calls));
    }
    if outcome.send_lag_ms.p99 >= 1.0 {
        notes.push(format!("the load itself was late, p99 {:.2} ms", outcome.send_lag_ms.p99));
    }
    if let Some(trips) = outcome.round_trips {
        let cpu = outcome
            .database_cpu_us
            .map_or_else(String::new, |us| format!("; PostgreSQL took {us:.0} µs CPU a delivery"));
        notes.push(format!("{trips:.2} round trips a delivery{cpu}"));
    }
    if outcome.durable == Some(false) {
        notes.push("PostgreSQL runs with fsync = off: nothing durable is measured".to_owned());
    }
    if outcome.others_cpu >= OTHERS_NOTED {
        notes.push(format!("other programs took {:.0} % of the machine", outcome.others_cpu * 100.0));
    }
    if let Some(fault) = &outcome.first_fault {
        let (refused, failed) = (outcome.refused, outcome.failed);
        notes.push(format!("{refused} changes refused, {failed} not answered; the first: {fault}"));
    }
    notes
}

fn goals(goals: &[Goal]) -> String {
    let head = ["goal", "wanted", "found", "met"].map(str::to_owned);
    let row = |goal: &Goal| {
        let met = if goal.met { "yes" } else { "NO" };
        [goal.scenario.clone(), goal.goal.to_owned(), goal.found.clone(), met.to_owned()]
    };
    aligned(&head, &goals.iter().map(row).collect::<Vec<_>>())
}

/// Columns as wide as their widest cell: the first to the left, the others to the right.
fn aligned<const N: usize>(head: &[String; N], rows: &[[String; N]]) -> String {
    let mut text = String::new();
    let width = |column: usize| {
        let cells = std::iter::once(head).chain(rows).map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    for row in std::iter::once(head).chain(rows) {
        let mut line = format!("{:<1$}", row[0], widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            let _ = write!(line, "  {cell:>width$}");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A rate without decimals, its thousands apart.
pub(crate) fn grouped(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn gibibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}

#[cfg(test)]
mod tests {
    use super::super::samples::outcome;
    use super::*;

    #[test]
    fn columns_line_up() {
        let head = ["name", "µs"].map(str::to_owned);
        let rows = [["a", "1"], ["longer", "1000"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&head, &rows), "name      µs\na          1\nlonger  1000\n");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(0.4), "0");
        assert_eq!(grouped(999.6), "1,000");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
    }

    #[test]
    fn a_row_says_what_was_measured() {
        let row = row(&outcome("saturated", 9_120.0));
        assert_eq!(
            row,
            ["saturated", "9,120", "0.182", "104", "64", "0.94", "2.10", "4.96", "31.00", "0", "0"]
        );
    }

    #[test]
    fn what_disturbs_a_figure_is_told() {
        let mut disturbed = outcome("steady", 200.0);
        assert!(notes(&disturbed).is_empty());
        disturbed.others_cpu = 0.4;
        disturbed.send_lag_ms.p99 = 3.0;
        disturbed.first_fault = Some("503 Service Unavailable: busy".to_owned());
        assert_eq!(notes(&disturbed).len(), 3);
    }
}
