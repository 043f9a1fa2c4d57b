//! Reading request bodies: bounded in bytes and time, once. What a body means is read by its endpoint.

use crate::Shared;
use crate::error::Failure;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::LengthLimitError;
use model::text;
use serde_json::Value;
use std::error::Error;
use std::time::Duration;

/// A body has to arrive within this time.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// A whole body, whatever it is said to be.
pub(crate) struct Body(pub(crate) Bytes);

/// A body of the native API: JSON.
pub(crate) struct JsonBody(pub(crate) Value);

/// A body of the native API that may be left out: an empty object then.
pub(crate) struct OptionalBody(pub(crate) Value);

/// Nothing, or an empty object: what an endpoint without a body takes.
pub(crate) struct NoBody;

impl FromRequest<Shared> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        let max = app.body_bytes_max;
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > max as u64) {
            return Err(too_large(max));
        }
        let whole = axum::body::to_bytes(request.into_body(), max);
        match tokio::time::timeout(BODY_WITHIN, whole).await {
            Ok(Ok(bytes)) => Ok(Body(bytes)),
            Ok(Err(error)) if error.source().is_some_and(|source| source.is::<LengthLimitError>()) => {
                Err(too_large(max))
            }
            Ok(Err(_)) => {
                Err(Failure::new(StatusCode::BAD_REQUEST, text!("the body ended early or broke off")))
            }
            Err(_) => {
                let detail =
                    text!("the body did not arrive within {seconds} s", seconds = BODY_WITHIN.as_secs());
                Err(Failure::new(StatusCode::REQUEST_TIMEOUT, detail))
            }
        }
    }
}

impl FromRequest<Shared> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        check_type(request.headers())?;
        let Body(bytes) = Body::from_request(request, app).await?;
        if bytes.trim_ascii().is_empty() {
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                text!("the body is empty; send a JSON object"),
            ));
        }
        serde_json::from_slice(&bytes).map(JsonBody).map_err(|error| syntax(&error))
    }
}

impl FromRequest<Shared> for OptionalBody {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        check_type(request.headers())?;
        let Body(bytes) = Body::from_request(request, app).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(OptionalBody(Value::Object(Default::default())));
        }
        serde_json::from_slice(&bytes).map(OptionalBody).map_err(|error| syntax(&error))
    }
}

impl FromRequest<Shared> for NoBody {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        let Body(bytes) = Body::from_request(request, app).await?;
        let is_empty = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
        match bytes.trim_ascii() {
            [] => Ok(NoBody),
            text if serde_json::from_slice(text).is_ok_and(|value| is_empty(&value)) => Ok(NoBody),
            _ => Err(Failure::new(StatusCode::BAD_REQUEST, text!("this takes no body; leave it out"))),
        }
    }
}

fn too_large(max: usize) -> Failure {
    let detail = text!("the body is larger than {max} bytes, the limit (setting server.body_bytes_max)", max);
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn check_type(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(given) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json") {
        return Ok(());
    }
    Err(Failure::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        text!("send JSON with `content-type: application/json`"),
    ))
}

/// Says where JSON breaks; the parser names line and column.
pub(crate) fn syntax(error: &serde_json::Error) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        text!("the body is not valid JSON: {error}", error = error.to_string()),
    )
}
