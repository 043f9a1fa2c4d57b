//! `gatilho trigger list`: the triggers as a table, each told in a sentence.

use super::api::Api;
use super::list;
use super::table::{Cell, Column, table};
use super::terminal::{Colour, Terminal, print, print_json};
use anyhow::Result;
use serde_json::Value;

const COLUMNS: [Column; 6] = [
    Column::number("POSITION"),
    Column::fixed("ID"),
    Column::fixed("ENABLED"),
    Column::text("NAME", 12),
    Column::long("WHEN", 20),
    Column::long("THEN", 20),
];

/// Runs the command.
///
/// # Errors
/// As the API says.
pub(super) fn list(api: &Api, json: bool) -> Result<()> {
    let listing = list::read(api, "triggers", &[], usize::MAX)?;
    if json {
        return print_json(&listing.json);
    }
    if listing.items.is_empty() {
        return print("There are no triggers yet: POST /api/v1/triggers makes one.\n");
    }
    let rows: Vec<_> = listing.items.iter().map(row).collect();
    print(&table(&COLUMNS, &rows, Terminal::of_output()))
}

fn row(trigger: &Value) -> Vec<Cell> {
    let enabled = match trigger["enabled"].as_bool() {
        Some(false) => Cell::painted("no", Colour::Yellow),
        _ => Cell::from("yes"),
    };
    let actions = trigger["actions"].as_array().into_iter().flatten();
    vec![
        Cell::from(text(&trigger["position"])),
        Cell::from(text(&trigger["id"])),
        enabled,
        Cell::from(text(&trigger["name"])),
        Cell::from(conditions(&trigger["conditions"])),
        Cell::from(actions.map(action).collect::<Vec<_>>().join(", then ")),
    ]
}

/// A value of the API as people read it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A pair of blocks as a sentence.
fn conditions(blocks: &Value) -> String {
    let block = |name: &str, glue: &str| {
        let nodes: Vec<String> = blocks[name].as_array().into_iter().flatten().map(node).collect();
        (nodes.len(), nodes.join(glue))
    };
    match (block("all", " and "), block("any", " or ")) {
        ((0, _), (_, any)) => any,
        ((_, all), (0, _)) => all,
        ((_, all), (1, any)) => format!("{all} and {any}"),
        ((_, all), (_, any)) => format!("{all} and ({any})"),
    }
}

fn node(node: &Value) -> String {
    if node["field"].is_null() {
        return format!("({})", conditions(node));
    }
    condition(node)
}

/// One line of a block, or one reason: `status changed to Resolved`.
pub(super) fn condition(line: &Value) -> String {
    let operator = text(&line["operator"]).replace('_', " ");
    let value = text(&line["value"]);
    [text(&line["field"]), operator, value]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn action(action: &Value) -> String {
    match action["kind"].as_str() {
        Some("webhook") => format!("webhook {}", web::mask_url(&text(&action["url"]))),
        Some("set_status") => format!("set status {}", text(&action["status"])),
        Some("add_tag") => format!("add tag {}", text(&action["tag"])),
        Some(other) => other.replace('_', " "),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_trigger_is_told_in_a_sentence_without_secrets() {
        let trigger = json!({
            "position": 2, "id": "trg_1", "enabled": false, "name": "Tell \u{1b}the ERP",
            "conditions": {
                "all": [
                    { "field": "status", "operator": "changed_to", "value": "Resolved" },
                    { "any": [{ "field": "urgency", "operator": "in", "value": ["High", "Urgent"] },
                              { "field": "tags", "operator": "is_empty" }] },
                ],
                "any": [{ "field": "ticket", "operator": "created" }, { "field": "owner", "operator": "is_set" }],
            },
            "actions": [
                { "kind": "webhook", "url": "https://a.example/hook?secret=abc" },
                { "kind": "add_tag", "tag": "told" },
                { "kind": "set_status", "status": "Closed" },
                { "kind": "send_mail" },
            ],
        });
        let shown = table(&COLUMNS, &[row(&trigger)], Terminal { width: None, colours: false });
        let line = shown.lines().nth(1).unwrap();
        assert_eq!(
            line.split("  ").filter(|part| !part.is_empty()).map(str::trim).collect::<Vec<_>>(),
            [
                "2",
                "trg_1",
                "no",
                "Tell  the ERP".split("  ").next().unwrap(),
                "the ERP",
                "status changed to Resolved and (urgency in High, Urgent or tags is empty) and (ticket created or owner is set)",
                "webhook https://a.example/hook?secret=•••, then add tag told, then set status Closed, then send mail",
            ]
        );
    }

    #[test]
    fn one_block_needs_no_brackets() {
        let line = |field: &str| json!({ "field": field, "operator": "changed" });
        assert_eq!(conditions(&json!({ "any": [line("a"), line("b")] })), "a changed or b changed");
        assert_eq!(conditions(&json!({ "all": [line("a")], "any": [line("b")] })), "a changed and b changed");
        assert_eq!(conditions(&json!({})), "");
    }
}
