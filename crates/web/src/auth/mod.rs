//! Who asks: the key of a request, looked up in memory, or the session that its cookie names. What somebody may do is
//! decided by the commands; reads ask here.

pub(crate) mod cookies;
pub(crate) mod origin;
pub(crate) mod source;

use crate::Shared;
use crate::error::Failure;
use axum::extract::FromRequestParts;
use cookies::Cookie;
use engine::Caller;
use engine::commands::log_in::Visit;
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode, header};
use model::access_profile::Grant;
use model::text;
use std::borrow::Cow;
use url::form_urlencoded;

/// The header by which a receiver's call names the delivery it follows from.
pub(crate) const CAUSE: HeaderName = HeaderName::from_static("gatilho-cause");

/// Somebody with a key of the native API, `Authorization: Bearer KEY`, or in a session.
pub(crate) struct ByKey(pub(crate) Caller);

/// The same, whose access profile has *Allow creating triggers*: triggers, endpoints, the execution log, notices.
pub(crate) struct TriggerMaker(pub(crate) Caller);

/// Somebody with a key of the public API: `?token=KEY`.
pub(crate) struct ByToken(pub(crate) Caller);

/// Somebody in a session; what they ask was asked by one of our own pages. They may still have to change their password.
pub(crate) struct BySession(pub(crate) Visit);

/// Somebody with a key or in a session, who may still have to change their password: what concerns the session itself.
pub(crate) struct Somebody {
    /// Who.
    pub(crate) caller: Caller,
    /// Their session, unless they showed a key.
    pub(crate) visit: Option<Visit>,
}

impl FromRequestParts<Shared> for BySession {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let token = Cookie::Session.read(app, &parts.headers).ok_or_else(nobody)?;
        origin::check(app, &parts.method, &parts.headers)?;
        let mut visit = app.engine.visit(&token).await?.ok_or_else(|| {
            Failure::new(StatusCode::UNAUTHORIZED, text!("the session is over; log in again"))
        })?;
        visit.caller.cause = cause(app, &visit.caller, &parts.headers);
        Ok(BySession(visit))
    }
}

impl FromRequestParts<Shared> for Somebody {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let Some(given) = parts.headers.get(header::AUTHORIZATION) else {
            let BySession(visit) = BySession::from_request_parts(parts, app).await?;
            return Ok(Somebody { caller: visit.caller.clone(), visit: Some(visit) });
        };
        let key = given.to_str().ok().and_then(bearer).ok_or_else(nobody)?;
        caller(app, key, &parts.headers).map(|caller| Somebody { caller, visit: None })
    }
}

impl FromRequestParts<Shared> for ByKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let Somebody { caller, visit } = Somebody::from_request_parts(parts, app).await?;
        if visit.is_some_and(|visit| visit.must_change) {
            let detail =
                text!("change your password first: PUT /api/v1/session/password with `old` and `new`");
            return Err(Failure::new(StatusCode::FORBIDDEN, detail));
        }
        Ok(ByKey(caller))
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
            Failure::new(StatusCode::UNAUTHORIZED, text!("send an API key as the query parameter `token`"))
        })?;
        caller(app, &token, &parts.headers).map(ByToken)
    }
}

/// Whoever shows a key of either API or is in a session, or nobody. A key that is shown must be good.
pub(crate) struct Anybody(pub(crate) Option<Caller>);

impl FromRequestParts<Shared> for Anybody {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let ByKey(caller) = ByKey::from_request_parts(parts, app).await?;
            return Ok(Anybody(Some(caller)));
        }
        if token(parts.uri.query().unwrap_or_default()).is_some() {
            let ByToken(caller) = ByToken::from_request_parts(parts, app).await?;
            return Ok(Anybody(Some(caller)));
        }
        let session = BySession::from_request_parts(parts, app).await;
        Ok(Anybody(
            session.ok().filter(|BySession(visit)| !visit.must_change).map(|session| session.0.caller),
        ))
    }
}

fn nobody() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, text!("send an API key as `Authorization: Bearer KEY`, or log in"))
}

/// The key of an `Authorization` header.
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, key) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn token(query: &str) -> Option<Cow<'_, str>> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name.eq_ignore_ascii_case("token")).map(|(_, value)| value)
}

fn caller(app: &Shared, key: &str, headers: &HeaderMap) -> Result<Caller, Failure> {
    let mut caller = app.engine.admit(key)?;
    caller.cause = cause(app, &caller, headers);
    Ok(caller)
}

/// What the request follows from, if it says so.
fn cause(app: &Shared, caller: &Caller, headers: &HeaderMap) -> Option<model::cause::Cause> {
    let token = headers.get(CAUSE)?.to_str().ok()?;
    app.engine.cause_of(caller, token)
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
