//! Refusals as pages: the same failures that the APIs answer as JSON, in the reader's language.

use super::look::Look;
use super::page::page_with;
use super::{Frame, Words};
use crate::error::Failure;
use askama::Template;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use model::fault::Fault;

#[derive(Template)]
#[template(path = "refusal.html")]
struct Refusal {
    frame: Frame,
    sentence: String,
    detail: String,
    request_id: String,
}

/// Whether a path is a page's: refusals there are pages.
pub(crate) fn is_page(path: &str) -> bool {
    const MACHINES: [&str; 7] =
        ["/api/", "/public/", "/healthz", "/readyz", "/metrics", "/files/", "/integrations/"];
    !MACHINES.iter().any(|machine| path.starts_with(machine))
}

/// Writes a refusal as a page. None when even that cannot be written.
pub(crate) fn refusal(
    failure: &Failure,
    path: &str,
    request_id: &str,
    headers: &HeaderMap,
) -> Option<Response> {
    let look = Look::of(headers);
    let (title, sentence) = words_of(look.words, failure.status);
    let told =
        matches!(failure.status, StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST | StatusCode::CONFLICT);
    let one = |fault: &Fault| match fault.field.as_str() {
        "" => look.words.text(&fault.message),
        field => format!("{field}: {}", look.words.text(&fault.message)),
    };
    let detail = match told {
        true if failure.faults.is_empty() => look.words.text(&failure.detail),
        true => failure.faults.iter().map(one).collect::<Vec<_>>().join("; "),
        false => String::new(),
    };
    let frame = Frame::bare(look, title, path);
    page_with(failure.status, &Refusal { frame, sentence, detail, request_id: request_id.to_owned() }).ok()
}

fn words_of(t: Words, status: StatusCode) -> (String, String) {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            (t.say("refused-title-not-found"), t.say("refused-not-found"))
        }
        StatusCode::FORBIDDEN => (t.say("refused-title-forbidden"), t.say("refused-forbidden")),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            (t.say("refused-title-busy"), t.say("refused-busy"))
        }
        status if status.is_server_error() => (t.say("refused-title-broken"), t.say("refused-broken")),
        _ => (t.say("refused-title-invalid"), t.say("refused-invalid")),
    }
}
