//! The report as a picture: a row for each scenario, on the left its throughput over time, on the right its
//! latency on one axis for all. The picture follows the reader's choice of light or dark.

use std::fmt::Write as _;

use super::{Outcome, Report, table};

const WIDTH: f64 = 960.0;
const TOP: f64 = 84.0;
const ROW: f64 = 96.0;
const BOTTOM: f64 = 48.0;
const CHART_TOP: f64 = 30.0;
const CHART_HEIGHT: f64 = 50.0;
const TIME: (f64, f64) = (24.0, 470.0);
const LATENCY: (f64, f64) = (530.0, 936.0);

const STYLE: &str = "\
svg{color-scheme:light dark;font:13px system-ui,sans-serif}\
.page{fill:#fff}.ink{fill:#1b1f24}.name{fill:#1b1f24;font-weight:600}.quiet{fill:#59636e}\
.grid{stroke:#dde2e7}.line{fill:none;stroke:#0b63b8;stroke-width:1.5;stroke-linejoin:round}\
.area{fill:#0b63b8;fill-opacity:.13}.span{stroke:#8a949e}.mark{fill:#0b63b8}.end{stroke:#b3401b;stroke-width:2}\
.title{font-size:17px;font-weight:600}.small{font-size:11.5px}.right{text-anchor:end}.middle{text-anchor:middle}\
@media(prefers-color-scheme:dark){.page{fill:#14181d}.ink,.name{fill:#e8ecf0}.quiet{fill:#9aa5b1}\
.grid{stroke:#2c333b}.line{stroke:#63b0ff}.area{fill:#63b0ff}.span{stroke:#77828d}.mark{fill:#63b0ff}\
.end{stroke:#ff9a73}}";

/// The whole picture.
pub(crate) fn svg(report: &Report) -> String {
    let outcomes: Vec<&Outcome> = std::iter::once(&report.limit).chain(&report.scenarios).collect();
    picture(&table::machine(&report.machine), &outcomes)
}

fn picture(machine: &str, outcomes: &[&Outcome]) -> String {
    let bottom = outcomes.iter().fold(TOP, |y, _| y + ROW);
    let height = bottom + BOTTOM;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\
         <title>Throughput over time and latency of each scenario</title><style>{STYLE}</style>\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\n"
    );
    text(&mut svg, "ink title", TIME.0, 28.0, "Deliveries: throughput and latency");
    text(&mut svg, "quiet small", TIME.0, 48.0, machine);
    let axis = Axis::over(outcomes);
    axis.draw(&mut svg, bottom);
    legend(&mut svg);
    let mut y = TOP;
    for outcome in outcomes {
        throughput(&mut svg, outcome, y);
        latency(&mut svg, outcome, &axis, y);
        y += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Latency in milliseconds, in whole powers of ten.
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn over(outcomes: &[&Outcome]) -> Self {
        let mut axis = Self { low: -1, high: 1 };
        for latency in outcomes.iter().map(|outcome| &outcome.latency_ms).filter(|figures| figures.count > 0)
        {
            while axis.low > -3 && latency.p50 < 10_f64.powi(axis.low) {
                axis.low -= 1;
            }
            while axis.high < 6 && latency.max > 10_f64.powi(axis.high) {
                axis.high += 1;
            }
        }
        axis
    }

    fn x(&self, ms: f64) -> f64 {
        let low = f64::from(self.low);
        let share = (ms.max(1e-9).log10() - low) / (f64::from(self.high) - low);
        LATENCY.0 + share.clamp(0.0, 1.0) * (LATENCY.1 - LATENCY.0)
    }

    fn draw(&self, svg: &mut String, bottom: f64) {
        for power in self.low..=self.high {
            let ms = 10_f64.powi(power);
            let x = self.x(ms);
            line(svg, "grid", (x, TOP), (x, bottom));
            let label = if ms < 1000.0 { format!("{ms} ms") } else { format!("{} s", ms / 1000.0) };
            text(svg, "quiet middle", x, bottom + 18.0, &label);
        }
        text(svg, "quiet", TIME.0, bottom + 18.0, "deliveries a second over time, each scale from 0");
    }
}

fn legend(svg: &mut String) {
    let y = 70.0;
    let mut x = LATENCY.0;
    for (name, mark) in [("p50", 0), ("p90", 1), ("p99", 2), ("max", 3)] {
        point(svg, mark, x + 6.0, y - 4.0);
        text(svg, "quiet", x + 16.0, y, name);
        x += 58.0;
    }
    text(svg, "quiet right", LATENCY.1, y, "change to receiver");
}

fn throughput(svg: &mut String, outcome: &Outcome, y: f64) {
    let rate = table::grouped(outcome.delivered_per_second);
    text(svg, "name", TIME.0, y + 18.0, &outcome.name);
    let note = format!("{rate}/s · {:.3} of the limit", outcome.limit_ratio);
    text(svg, "quiet right", TIME.1, y + 18.0, &note);
    let base = y + CHART_TOP + CHART_HEIGHT;
    line(svg, "grid", (TIME.0, base), (TIME.1, base));
    let highest = outcome.slots.iter().copied().max().unwrap_or(0).max(1);
    let step = (TIME.1 - TIME.0) / small(outcome.slots.len().saturating_sub(1).max(1) as u64);
    let mut x = TIME.0;
    let mut points = String::new();
    for count in &outcome.slots {
        let _ = write!(points, " {x:.1},{:.1}", base - small(*count) / small(highest) * CHART_HEIGHT);
        x += step;
    }
    if outcome.slots.len() > 1 {
        let (left, right) = TIME;
        let _ = writeln!(
            svg,
            "<polygon class=\"area\" points=\"{left},{base}{points} {right},{base}\"/>\
             <polyline class=\"line\" points=\"{}\"/>",
            points.trim_start()
        );
    }
}

fn latency(svg: &mut String, outcome: &Outcome, axis: &Axis, y: f64) {
    let figures = &outcome.latency_ms;
    if figures.count == 0 {
        return;
    }
    let middle = y + CHART_TOP + CHART_HEIGHT / 2.0;
    line(svg, "span", (axis.x(figures.p50), middle), (axis.x(figures.max), middle));
    for (mark, ms) in [figures.p50, figures.p90, figures.p99, figures.max].into_iter().enumerate() {
        point(svg, mark, axis.x(ms), middle);
    }
    let note = format!("p50 {:.2} · p99 {:.2} · max {:.2} ms", figures.p50, figures.p99, figures.max);
    text(svg, "quiet right", LATENCY.1, y + 18.0, &note);
}

/// A mark of its own shape, since colour alone tells nobody enough.
fn point(svg: &mut String, mark: usize, x: f64, y: f64) {
    let _ = match mark {
        0 => writeln!(svg, "<circle class=\"mark\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>"),
        1 => {
            let (left, top) = (x - 4.0, y - 4.0);
            writeln!(svg, "<rect class=\"mark\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"8\" height=\"8\"/>")
        }
        2 => writeln!(svg, "<path class=\"mark\" d=\"M{x:.1} {y:.1}m0 -6l6 6l-6 6l-6 -6z\"/>"),
        _ => writeln!(svg, "<path class=\"end\" d=\"M{x:.1} {y:.1}m0 -7v14\"/>"),
    };
}

fn line(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ = writeln!(
        svg,
        "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
    );
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, content: &str) {
    let content = content.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{content}</text>");
}

fn small(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::super::samples::outcome;
    use super::*;

    #[test]
    fn every_scenario_has_a_row_in_a_well_formed_picture() {
        let (one, other) = (outcome("raw limit", 50_000.0), outcome("10 of 50 hang & <more>", 200.0));
        let svg = picture("2 cores", &[&one, &other]);
        assert!(svg.contains("raw limit") && svg.contains("10 of 50 hang &amp; &lt;more>"), "{svg}");
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        assert!(svg.contains("prefers-color-scheme:dark") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn an_empty_scenario_draws_no_lines() {
        let mut empty = outcome("fanout", 0.0);
        empty.slots.clear();
        empty.latency_ms.count = 0;
        let svg = picture("2 cores", &[&empty]);
        assert!(!svg.contains("<polyline") && !svg.contains("NaN"));
    }

    #[test]
    fn the_axis_holds_every_figure() {
        let mut slow = outcome("steady", 200.0);
        slow.latency_ms.p50 = 0.04;
        slow.latency_ms.max = 18_000.0;
        let axis = Axis::over(&[&slow]);
        assert_eq!((axis.low, axis.high), (-2, 5));
        assert!(axis.x(0.04) > LATENCY.0 && axis.x(18_000.0) < LATENCY.1);
    }
}
