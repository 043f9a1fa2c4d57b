//! `gatilho delivery show`: one delivery as a page to read: what it is, why it fired, each attempt, what was sent.

use super::api::Api;
use super::deliveries::{colour, to_the_second};
use super::table::{Cell, Column, table};
use super::terminal::{Colour, Terminal, plain, plain_lines, print, print_json};
use super::triggers::{condition, text};
use anyhow::{Context, Result};
use model::ids::DeliveryId;
use model::time::in_words;
use serde_json::Value;

/// How much of a receiver's answer is shown.
const ANSWER_LINES: usize = 20;

const REASONS: [Column; 5] = [
    Column::fixed(""),
    Column::fixed("LINE"),
    Column::text("CONDITION", 24),
    Column::text("BEFORE", 10),
    Column::text("AFTER", 10),
];

const ATTEMPTS: [Column; 5] = [
    Column::number("#"),
    Column::fixed("STARTED"),
    Column::number("TOOK"),
    Column::fixed("OUTCOME"),
    Column::long("ERROR", 20),
];

/// Runs the command.
///
/// # Errors
/// As the API says.
pub(super) fn show(api: &Api, id: DeliveryId, json: bool) -> Result<()> {
    let answer = api.get(&["deliveries", &id.to_string()], &[])?;
    if json {
        return print_json(&answer);
    }
    let delivery = serde_json::from_str(&answer).context("the server's answer cannot be understood")?;
    print(&page(&delivery, Terminal::of_output()))
}

fn page(delivery: &Value, terminal: Terminal) -> String {
    let mut page = facts(delivery, terminal);
    page.push_str(&why(&delivery["why"], terminal));
    page.push_str(&attempts(delivery, terminal));
    page.push_str(&answer(&delivery["attempts"], terminal));
    page.push_str(&request(delivery, terminal));
    page
}

fn heading(title: &str, terminal: Terminal) -> String {
    format!("\n{}\n", terminal.paint(Colour::Dim, title))
}

fn facts(delivery: &Value, terminal: Terminal) -> String {
    let of = |name: &str| text(&delivery[name]);
    let status = of("status");
    let round = delivery["round"].as_i64().unwrap_or(1);
    let attempts = match round {
        1 => of("attempt_count"),
        _ => format!("{} in round {round}", of("attempt_count")),
    };
    let trigger = &delivery["trigger"];
    let trigger =
        format!("{} ({}, revision {})", text(&trigger["name"]), text(&trigger["id"]), of("trigger_revision"));
    let lines = [
        ("Ticket", format!("{} (version {})", of("ticket"), of("ticket_version"))),
        ("Trigger", trigger),
        ("URL", web::mask_url(&of("url"))),
        ("Endpoint", of("endpoint")),
        ("Change", of("change")),
        ("Created", to_the_second(&of("created_at"))),
        ("Last update", to_the_second(&of("last_update"))),
        ("Attempts", attempts),
        ("Next attempt", to_the_second(&of("next_attempt_at"))),
        ("Error", web::mask_text(&of("error"))),
    ];
    let mut page =
        format!("Delivery {}: {}\n\n", plain(&of("id")), terminal.paint(colour(&status), &plain(&status)));
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        page.push_str(&format!("  {name:<14}{}\n", plain(&value)));
    }
    page
}

fn why(why: &Value, terminal: Terminal) -> String {
    if why.is_null() {
        let gone = "  The change it follows from is past the retention and gone.\n";
        return format!("{}{gone}", heading("Why it fired", terminal));
    }
    let row = |reason: &Value| {
        let held = reason["held"].as_bool().unwrap_or_default();
        let mark = if held { Cell::painted("✓", Colour::Green) } else { Cell::painted("✗", Colour::Red) };
        let of = |name: &str| Cell::from(text(&reason[name]));
        vec![mark, of("path"), Cell::from(condition(reason)), of("before"), of("after")]
    };
    let rows: Vec<_> = why["reasons"].as_array().into_iter().flatten().map(row).collect();
    let title = format!("Why it fired (pass {} over the triggers)", text(&why["pass"]));
    let mut page = heading(&title, terminal);
    page.push_str(&indented(&table(&REASONS, &rows, narrower(terminal))));
    page
}

fn attempts(delivery: &Value, terminal: Terminal) -> String {
    let all = delivery["attempts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut page = heading("Attempts", terminal);
    if all.is_empty() {
        page.push_str("  None yet.\n");
        return page;
    }
    let rounds = all.iter().any(|attempt| attempt["round"].as_i64().unwrap_or(1) > 1);
    let row = |attempt: &Value| {
        let number = text(&attempt["number"]);
        let number = if rounds { format!("{}.{number}", text(&attempt["round"])) } else { number };
        let took = match attempt["duration_ms"].as_i64() {
            Some(ms) => in_words(ms),
            None => "still open".to_owned(),
        };
        let outcome = text(&attempt["outcome"]);
        let colour = if outcome == "accepted" { Colour::Green } else { Colour::Red };
        let outcome = [outcome.replace('_', " "), text(&attempt["status_code"])].join(" ");
        let outcome = Cell::painted(outcome.trim_end(), colour);
        let started = text(&attempt["started_at"]).replacen('T', " ", 1);
        let error = web::mask_text(&text(&attempt["error"]));
        vec![number.into(), started.into(), took.into(), outcome, error.into()]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    page.push_str(&indented(&table(&ATTEMPTS, &rows, narrower(terminal))));
    page
}

/// What the receiver said last.
fn answer(attempts: &Value, terminal: Terminal) -> String {
    let newest =
        attempts.as_array().into_iter().flatten().rev().find(|attempt| !attempt["response"].is_null());
    let Some(response) = newest.map(|attempt| &attempt["response"]) else { return String::new() };
    let head = text(&response["head"]).lines().map(masked_header).collect::<Vec<_>>().join("\n");
    let body = text(&response["body"]);
    let mut said = [head.as_str(), body.as_str()].join("\n\n");
    if said.trim().is_empty() {
        return String::new();
    }
    let lines = said.trim().lines().count();
    if lines > ANSWER_LINES {
        said = said.trim().lines().take(ANSWER_LINES).collect::<Vec<_>>().join("\n");
        said.push_str(&format!("\n… {} more lines; --json has them", lines - ANSWER_LINES));
    }
    format!("{}{}", heading("What the receiver answered last", terminal), indented(&plain_lines(said.trim())))
}

/// A header that sends on may repeat the secret of the URL.
fn masked_header(line: &str) -> String {
    match line.split_once(':') {
        Some((name, value)) if value.contains('?') => format!("{name}: {}", web::mask_url(value.trim())),
        _ => line.to_owned(),
    }
}

fn request(delivery: &Value, terminal: Terminal) -> String {
    let mut page = heading("What is sent", terminal);
    for header in delivery["request"]["headers"].as_array().into_iter().flatten() {
        page.push_str(&format!("  {}: {}\n", plain(&text(&header["name"])), plain(&text(&header["value"]))));
    }
    let payload = &delivery["payload"];
    if payload.is_null() {
        page.push_str("  The body is past the retention and gone.\n");
        return page;
    }
    let body = match &payload["json"] {
        Value::Null => text(&payload["text"]),
        // A value that was read can be written.
        json => serde_json::to_string_pretty(json).unwrap_or_default(),
    };
    page.push_str(&format!("\n{}\n", indented(&plain_lines(&body)).trim_end_matches('\n')));
    page
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

/// The terminal as a text sees it that is indented.
fn narrower(terminal: Terminal) -> Terminal {
    Terminal { width: terminal.width.map(|width| width.saturating_sub(2)), ..terminal }
}

#[cfg(test)]
#[path = "show_tests.rs"]
mod tests;
