//! Takes an answer off the wire, within limits, and turns it into what the log keeps.
//! Does not live here: whether it counts as delivered (model `delivery`), failures (`fault`).

use std::time::UNIX_EPOCH;

use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::connect::CaptureConnection;
use model::outcome::{Answer, Outcome};
use model::text;
use model::wording::Text;

use super::client::UnixMillis;
use super::fault;
use super::policy::Policy;
use super::target::Target;
use super::{REPLY_BYTES_MAX, Reply};

/// Longest wait that a `Retry-After` is taken to mean: a year, in milliseconds.
const RETRY_AFTER_MS_MAX: i64 = 365 * 24 * 60 * 60 * 1000;

/// Reads what has come so far and the rest, as far as the limits go.
///
/// A connection whose answer was not read to its end is never used again.
pub(super) async fn read(
    response: Response<Incoming>,
    connection: &CaptureConnection,
    target: &Target,
    policy: &Policy,
    now: &UnixMillis,
) -> Outcome {
    let (head, mut body) = response.into_parts();
    let lines = match head_lines(&head.headers, policy) {
        Ok(lines) => lines,
        Err(limit) => {
            give_up(connection);
            let why = text!("the answer from {at} {limit}", at = target.authority(), limit);
            return Outcome::Unreachable { why };
        }
    };
    let (bytes, cut) = match read_body(&mut body, policy.answer_body_bytes_max).await {
        Ok(read) => read,
        Err(error) => {
            let why = fault::body_words(&error, target, head.status.as_u16());
            return Outcome::Unreachable { why };
        }
    };
    if cut {
        give_up(connection);
    }
    let (body, body_truncated) = text(bytes, cut, policy.answer_body_bytes_max);
    Outcome::Answered(Answer {
        status: head.status.as_u16(),
        head: lines,
        body,
        body_truncated,
        retry_after_ms: retry_after_ms(&head.headers, now),
        location: location(&head.headers).filter(|_| head.status.is_redirection()),
    })
}

/// Reads an answer whole. One that is too large is none.
pub(super) async fn read_whole(response: Response<Incoming>, target: &Target) -> Result<Reply, Text> {
    let (head, mut body) = response.into_parts();
    match read_body(&mut body, REPLY_BYTES_MAX).await {
        Ok((bytes, false)) => Ok(Reply { status: head.status.as_u16(), body: bytes.into() }),
        Ok((_, true)) => {
            let (at, max) = (target.authority(), REPLY_BYTES_MAX);
            Err(text!("{at} answers more than {max} bytes", at, max))
        }
        Err(error) => Err(fault::body_words(&error, target, head.status.as_u16())),
    }
}

/// Keeps the pool from taking the connection back.
fn give_up(connection: &CaptureConnection) {
    if let Some(connected) = connection.connection_metadata().as_ref() {
        connected.poison();
    }
}

/// `name: value` lines; or which limit they break, to follow "the answer".
fn head_lines(headers: &HeaderMap, policy: &Policy) -> Result<String, Text> {
    if headers.len() > policy.headers_max {
        let (count, max) = (headers.len(), policy.headers_max);
        return Err(text!("has {count} headers; at most {max} are taken", count, max));
    }
    // Two bytes between name and value, two at the end of a line.
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes > policy.answer_head_bytes_max {
        let max = policy.answer_head_bytes_max;
        return Err(text!("has a head of {bytes} bytes; at most {max} are taken", bytes, max));
    }
    let mut lines = String::with_capacity(bytes);
    for (name, value) in headers {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(name.as_str());
        lines.push_str(": ");
        lines.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    // Replaced bytes are longer than they were.
    lines.truncate(lines.floor_char_boundary(policy.answer_head_bytes_max));
    Ok(lines)
}

/// The body up to `max` bytes, and whether there was more.
async fn read_body(body: &mut Incoming, max: usize) -> Result<(Vec<u8>, bool), hyper::Error> {
    let mut kept = Vec::new();
    while let Some(frame) = body.frame().await {
        // Trailers are of no interest; the bound on the whole answer holds them.
        let Ok(data) = frame?.into_data() else { continue };
        let room = max - kept.len();
        if data.len() > room {
            kept.extend_from_slice(&data[..room]);
            return Ok((kept, true));
        }
        kept.extend_from_slice(&data);
        if body.is_end_stream() {
            break;
        }
    }
    Ok((kept, false))
}

/// Bytes as text of at most `max` bytes, and whether something is missing. `cut` says that something already
/// is.
fn text(bytes: Vec<u8>, cut: bool, max: usize) -> (String, bool) {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let fault = error.utf8_error();
            let mut bytes = error.into_bytes();
            if cut && fault.error_len().is_none() {
                // Only the last character was cut in two.
                bytes.truncate(fault.valid_up_to());
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    // Databases keep no NUL in a text.
    if text.contains('\0') {
        text = text.replace('\0', "\u{fffd}");
    }
    let missing = cut || text.len() > max;
    text.truncate(text.floor_char_boundary(max));
    (text, missing)
}

fn location(headers: &HeaderMap) -> Option<String> {
    headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Milliseconds from now, for seconds or a date; `None` for anything else. A date that has passed means at
/// once.
fn retry_after_ms(headers: &HeaderMap, now: &UnixMillis) -> Option<i64> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = value.parse().unwrap_or(i64::MAX);
        return Some(seconds.saturating_mul(1000).min(RETRY_AFTER_MS_MAX));
    }
    let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let date_ms = i64::try_from(date.as_millis()).ok()?;
    Some(date_ms.saturating_sub(now()).clamp(0, RETRY_AFTER_MS_MAX))
}

#[cfg(test)]
mod tests;
