//! How refusals look: problem details (RFC 9457) on the native API, a message with its faults on the public one, a page
//! elsewhere.

use crate::error::Failure;
use crate::view::refusal;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use model::fault::Fault;
use serde::Serialize;
use utoipa::ToSchema;

/// Seconds after which a request that found the server unable may be tried again.
const RETRY_AFTER_SECONDS: &str = "2";

/// A fault of the input.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct FaultForm {
    /// Where it stands, such as `conditions.all[0].operator`; empty for the whole input.
    field: String,
    /// What is wrong and what would be right, in English.
    message: String,
}

impl From<Fault> for FaultForm {
    fn from(fault: Fault) -> Self {
        FaultForm { field: fault.field, message: fault.message.to_string() }
    }
}

/// Why a request was refused: problem details of RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    r#type: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong here and what to do about it, in English.
    detail: String,
    /// The faults of the input, if that is what is wrong.
    errors: Vec<FaultForm>,
    /// Names this request in the server's log.
    request_id: String,
}

/// Why a request to the public API was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicProblem {
    /// What is wrong and what to do about it.
    message: String,
    /// The faults of the input, if that is what is wrong.
    errors: Vec<FaultForm>,
}

/// Writes a refusal in the form of the API whose path was asked, or as a page in the language that `asked` speaks.
/// `headers` are kept.
pub(crate) fn refuse(
    failure: Failure,
    path: &str,
    method: &Method,
    request_id: &str,
    headers: HeaderMap,
    asked: &HeaderMap,
) -> Response {
    let (status, retry_after_s) = (failure.status, failure.retry_after_s);
    if refusal::is_page(path)
        && let Some(page) = refusal::refusal(&failure, path, request_id, asked)
    {
        return page;
    }
    let errors = failure.faults.into_iter().map(FaultForm::from).collect();
    let (content_type, body) = if path.starts_with("/public/") {
        (
            "application/json; charset=utf-8",
            json(&PublicProblem { message: failure.detail.to_string(), errors }),
        )
    } else {
        let problem = Problem {
            r#type: "about:blank".into(),
            title: status.canonical_reason().unwrap_or("Refused").into(),
            status: status.as_u16(),
            detail: failure.detail.to_string(),
            errors,
            request_id: request_id.into(),
        };
        ("application/problem+json", json(&problem))
    };
    let body = if *method == Method::HEAD { Vec::new() } else { body };
    let mut response = (status, headers, body).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    match status {
        StatusCode::UNAUTHORIZED if !path.starts_with("/public/") => {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
        }
        _ => {}
    }
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn json(form: &impl Serialize) -> Vec<u8> {
    // Texts and numbers only, written to memory: it cannot fail.
    serde_json::to_vec(form).unwrap_or_default()
}
