//! `gatilho inbox show`: one request as a page to read, or as JSON.

use super::list::{colour, masked, object, to_the_second};
use crate::client::terminal::{Colour, Terminal, plain, plain_lines, print, print_json};
use anyhow::{Context, Result};
use model::inbox::RequestState;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use store::inbox::Whole;

/// Shows a request.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn show(whole: &Whole, json: bool) -> Result<()> {
    if json {
        return print_json(&document(whole)?);
    }
    print(&page(whole, Terminal::of_output()))
}

fn page(whole: &Whole, terminal: Terminal) -> String {
    let entry = &whole.entry;
    let waits = entry.state == RequestState::Waiting;
    let next = if waits { to_the_second(entry.due_at) } else { String::new() };
    let resend = if entry.resend > 0 { format!(" (sent again: {})", entry.resend) } else { String::new() };
    let lines = [
        ("Ticket", entry.ticket.clone().unwrap_or_default()),
        ("Webhook id", entry.webhook_id.as_ref().map(|id| format!("{id}{resend}")).unwrap_or_default()),
        ("Path", masked(entry)),
        ("Repeat", if entry.repeat { "of equal bytes shortly before".to_owned() } else { String::new() }),
        ("Received", to_the_second(entry.received_at)),
        ("Last change", to_the_second(entry.updated_at)),
        ("Runs", entry.attempts.to_string()),
        ("Next run", next),
        ("Error", entry.error.clone()),
    ];
    let state = terminal.paint(colour(entry.state), entry.state.as_str());
    let mut page = format!("Request {}: {state}\n\n", entry.request);
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        page.push_str(&format!("  {name:<14}{}\n", plain(&value)));
    }
    let heading = |title| format!("\n{}\n", terminal.paint(Colour::Dim, title));
    if !whole.output.trim().is_empty() {
        page.push_str(&heading("What its last run wrote to standard error (the last 4 KiB)"));
        page.push_str(&format!("{}\n", plain_lines(&whole.output)));
    }
    page.push_str(&heading("Headers"));
    for (name, value) in &whole.headers {
        page.push_str(&format!("  {}: {}\n", plain(name), plain(value)));
    }
    page.push_str(&heading("Body"));
    page.push_str(&format!("{}\n", plain_lines(&whole.body)));
    page
}

/// The request as JSON: its body as it came, its query whole.
fn document(whole: &Whole) -> Result<String> {
    #[derive(serde::Serialize)]
    struct Document<'a> {
        #[serde(flatten)]
        entry: Map<String, Value>,
        query: &'a str,
        headers: Map<String, Value>,
        output: &'a str,
        body: &'a RawValue,
    }
    let mut entry = object(&whole.entry);
    entry.insert("path".to_owned(), whole.entry.path.clone().into());
    let headers = whole.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let body: &RawValue = serde_json::from_str(&whole.body).context("the stored body is not JSON")?;
    let document = Document { entry, query: &whole.entry.query, headers, output: &whole.output, body };
    Ok(serde_json::to_string(&document)?)
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::entry;
    use super::*;

    fn whole() -> Whole {
        Whole {
            entry: entry(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: "{ \"Id\": 4711.0 }".into(),
            output: "no such ticket\u{1b}[2J\n".into(),
        }
    }

    #[test]
    fn a_page_to_read() {
        let shown = page(&whole(), Terminal { width: None, colours: false });
        let expected = "Request 17: dead\n\n  \
            Ticket        4711\n  \
            Webhook id    dlv_1\n  \
            Path          /hooks?a=•••&b=•••\n  \
            Received      2025-12-04 00:21:12Z\n  \
            Last change   2025-12-04 00:21:13Z\n  \
            Runs          5\n  \
            Error         exit status 3\n\n\
            What its last run wrote to standard error (the last 4 KiB)\n\
            no such ticket [2J\n\n\
            Headers\n  \
            content-type: application/json\n\n\
            Body\n\
            { \"Id\": 4711.0 }\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn json_holds_the_body_as_it_came() {
        let text = document(&whole()).unwrap();
        assert!(text.contains(r#""body":{ "Id": 4711.0 }"#), "{text}");
        assert!(text.contains(r#""query":"a=abc&b=x""#) && text.contains(r#""path":"/hooks""#), "{text}");
    }
}
