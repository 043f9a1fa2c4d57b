//! The page of a delivery: everything a reader asks for is on it, and no secret.

use super::*;
use serde_json::json;

const BARE: Terminal = Terminal { width: None, colours: false };

fn delivery() -> Value {
    json!({
        "id": "dlv_1", "last_update": "2026-01-02T03:06:08.000Z", "created_at": "2026-01-02T03:04:05.678Z",
        "status": "retrying", "url": "https://a.example/hook?secret=abc",
        "error": "answered 302 to https://a.example/?secret=abc", "status_code": 302,
        "trigger": { "id": "trg_1", "name": "Tell the ERP" }, "trigger_revision": 2,
        "ticket": 4711, "ticket_version": 3, "change": "chg_1", "endpoint": "end_1",
        "round": 1, "attempt_count": 2, "next_attempt_at": "2026-01-02T03:06:38.000Z",
        "request": { "method": "POST", "headers": [
            { "name": "webhook-id", "value": "dlv_1" }, { "name": "webhook-signature", "value": "v1,•••" } ] },
        "payload": { "text": "{\"Id\":4711}", "json": { "Id": 4711, "Subject": "Olá\u{1b}" }, "bytes": 11, "truncated": false },
        "why": { "trigger": { "id": "trg_1", "name": "Tell the ERP" }, "pass": 1, "reasons": [
            { "path": "all[0]", "field": "status", "operator": "changed_to", "value": ["Resolved"],
              "before": ["New"], "after": ["Resolved"], "held": true },
            { "path": "any[0]", "field": "urgency", "operator": "is", "value": ["High"],
              "before": ["Low"], "after": ["Low"], "held": false } ] },
        "attempts": [
            { "round": 1, "number": 1, "started_at": "2026-01-02T03:04:05.700Z", "duration_ms": 120_000,
              "outcome": "cancelled", "status_code": null, "error": "Error: The operation was cancelled", "response": null },
            { "round": 1, "number": 2, "started_at": "2026-01-02T03:06:07.700Z", "duration_ms": 12,
              "outcome": "refused", "status_code": 302, "error": "answered 302 to https://a.example/?secret=abc",
              "response": { "head": "location: https://a.example/?secret=abc\nx-a: b", "body": "moved\u{1b}[2J", "truncated": false } },
        ],
    })
}

#[test]
fn the_page_of_a_delivery() {
    insta::assert_snapshot!(page(&delivery(), BARE));
}

#[test]
fn no_secret_and_nothing_that_commands_the_terminal_is_on_it() {
    let colourful = Terminal { width: Some(60), colours: true };
    let page = page(&delivery(), colourful);
    assert!(!page.contains("abc"), "{page}");
    assert!(!page.contains("\u{1b}[2J") && page.contains("\u{1b}[32m✓"), "{page:?}");
}

#[test]
fn what_is_gone_or_not_there_yet_is_said() {
    let mut delivery = delivery();
    delivery["why"] = Value::Null;
    delivery["payload"] = Value::Null;
    delivery["attempts"] = json!([]);
    let page = page(&delivery, BARE);
    for line in ["The change it follows from is past", "None yet.", "The body is past the retention"] {
        assert!(page.contains(line), "{page}");
    }
}

#[test]
fn attempts_of_several_rounds_are_told_apart_and_long_answers_are_cut() {
    let mut delivery = delivery();
    delivery["attempts"][1]["round"] = 2.into();
    delivery["attempts"][1]["response"]["body"] = "line\n".repeat(100).into();
    let page = page(&delivery, BARE);
    assert!(page.contains("1.1") && page.contains("2.2"), "{page}");
    assert!(page.contains("more lines; --json has them"), "{page}");
}
