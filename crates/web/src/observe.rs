//! Around every request: its id, its one log line, the net under panics, the form of refusals, `OPTIONS`.
//! The log line has the path's pattern, never the path's values or the query.

use crate::Shared;
use crate::error::Failure;
use crate::face;
use crate::routes::methods;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http::header::{self, ALLOW};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use model::text;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::time::Instant;

/// The header that carries a request's id, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of an id that a caller may give.
const REQUEST_ID_MAX: usize = 64;

/// Wraps every request.
pub(crate) async fn observe(
    State(app): State<Shared>,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let id = given_id(request.headers()).unwrap_or_else(|| new_id(&app));
    let (uri, asked) = (request.uri().clone(), look_of(request.headers()));
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => axum::response::IntoResponse::into_response(Failure::internal(text_of(&*panic))),
    };
    let pattern = matched.as_ref().map_or("-", MatchedPath::as_str);
    if let Some(failure) = failure_of(&mut response, &method, uri.path(), pattern) {
        if let Some(error) = &failure.for_log {
            tracing::error!(request.id = %id, %method, path = pattern, error, "a request failed");
        }
        let headers = std::mem::take(response.headers_mut());
        response = face::refuse(failure, uri.path(), &method, &id, headers, &asked);
    }
    if method == Method::OPTIONS && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = options(pattern);
    }
    let status = response.status().as_u16();
    let duration_ms = begun.elapsed().as_micros() as f64 / 1_000.0;
    // What went well is told by the attempts and the metrics; at thousands a second a line each would cost a tenth.
    if status >= 400 {
        tracing::info!(request.id = %id, %method, path = pattern, status, duration_ms, "request");
    } else {
        tracing::debug!(request.id = %id, %method, path = pattern, status, duration_ms, "request");
    }
    // The id is visible ASCII: made here, or looked at.
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The refusal that the response stands for, if it does.
fn failure_of(response: &mut Response, method: &Method, path: &str, pattern: &str) -> Option<Failure> {
    let failure = response.extensions_mut().remove::<Failure>();
    if failure.is_some() || response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return failure;
    }
    let detail = text!(
        "{method} is not possible on {path}; possible are {methods}",
        method = method.as_str(),
        path,
        methods = methods(pattern)
    );
    Some(Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail))
}

/// What may be asked of a path.
fn options(pattern: &str) -> Response {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Ok(methods) = HeaderValue::try_from(methods(pattern)) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

/// The headers that say how the reader wants to see pages.
fn look_of(headers: &HeaderMap) -> HeaderMap {
    let names = [header::ACCEPT_LANGUAGE, header::COOKIE];
    names.into_iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect()
}

/// The id that a proxy or a caller gave, if it is fit for logs.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    ((1..=REQUEST_ID_MAX).contains(&id.len()) && id.bytes().all(fit)).then(|| id.to_owned())
}

fn new_id(app: &Shared) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{:x}-{count:x}", app.engine.now().0)
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}", text.unwrap_or("without a text"))
}
