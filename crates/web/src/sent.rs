//! The headers that a delivery travels with, as the API and the log's page show them: nothing that is signed with a secret.

use store::attempts::AttemptRow;
use store::log::LogRow;

/// What stands for a value that nobody may see.
pub(crate) const HIDDEN: &str = "•••";

/// The headers of the newest attempt. Those that follow from the connection alone are not among them.
pub(crate) fn headers(row: &LogRow, attempts: &[AttemptRow], truncated: bool) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("user-agent", concat!("Gatilho/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("webhook-id", row.id.to_string()),
    ];
    if let Some(newest) = attempts.last() {
        headers.push(("webhook-timestamp", (newest.started_at.0 / 1_000).to_string()));
    }
    headers.push(("webhook-signature", format!("v1,{HIDDEN}")));
    headers.push(("gatilho-ticket-version", row.ticket_version.to_string()));
    headers.push(("gatilho-cause", HIDDEN.to_owned()));
    if row.round > 1 {
        headers.push(("gatilho-resend", (row.round - 1).to_string()));
    }
    if truncated {
        headers.push(("gatilho-truncated", "true".to_owned()));
    }
    headers
}
