//! Who asks: the key of a request, looked up in memory. What somebody may do is decided by the commands; reads ask here.

use crate::Shared;
use crate::error::Failure;
use axum::extract::FromRequestParts;
use engine::Caller;
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode, header};
use model::access_profile::Grant;
use std::borrow::Cow;
use url::form_urlencoded;

/// The header by which a receiver's call names the delivery it follows from.
const CAUSE: HeaderName = HeaderName::from_static("gatilho-cause");

/// Somebody with a key of the native API: `Authorization: Bearer KEY`.
pub(crate) struct ByKey(pub(crate) Caller);

/// The same, whose access profile has *Allow creating triggers*: triggers, endpoints, the execution log, notices.
pub(crate) struct TriggerMaker(pub(crate) Caller);

/// Somebody with a key of the public API: `?token=KEY`.
pub(crate) struct ByToken(pub(crate) Caller);

impl FromRequestParts<Shared> for ByKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = given.and_then(bearer).ok_or_else(|| {
            Failure::new(StatusCode::UNAUTHORIZED, "send an API key as `Authorization: Bearer KEY`")
        })?;
        caller(app, key, &parts.headers).map(ByKey)
    }
}

impl FromRequestParts<Shared> for TriggerMaker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let ByKey(caller) = ByKey::from_request_parts(parts, app).await?;
        caller.require(Grant::AllowCreatingTriggers)?;
        Ok(TriggerMaker(caller))
    }
}

impl FromRequestParts<Shared> for ByToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let token = token(parts.uri.query().unwrap_or_default()).ok_or_else(|| {
            Failure::new(StatusCode::UNAUTHORIZED, "send an API key as the query parameter `token`")
        })?;
        caller(app, &token, &parts.headers).map(ByToken)
    }
}

/// TEMPORARY
pub(crate) struct BySession(pub(crate) Caller);

impl FromRequestParts<Shared> for BySession {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let key = crate::view::look::cookie(&parts.headers, "gatilho_session")
            .ok_or_else(|| Failure::new(StatusCode::UNAUTHORIZED, "sign in first"))?;
        caller(app, key, &parts.headers).map(BySession)
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, key) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn token(query: &str) -> Option<Cow<'_, str>> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name.eq_ignore_ascii_case("token")).map(|(_, value)| value)
}

fn caller(app: &Shared, key: &str, headers: &HeaderMap) -> Result<Caller, Failure> {
    let mut caller = app.engine.authenticate(key).ok_or_else(|| {
        Failure::new(StatusCode::UNAUTHORIZED, "the API key is not known here, or it has expired")
    })?;
    if let Some(token) = headers.get(CAUSE).and_then(|value| value.to_str().ok()) {
        caller.cause = app.engine.cause_of(&caller, token);
    }
    Ok(caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_where_they_may_stand() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("abc"), None);
        assert_eq!(token("id=5&token=a%2Bb").as_deref(), Some("a+b"));
        assert_eq!(token("Token=abc").as_deref(), Some("abc"));
        assert_eq!(token("tokens=abc"), None);
    }
}
