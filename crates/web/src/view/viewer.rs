//! Who looks at a page: somebody who is signed in, with what the frame shows of them. Nobody signed in is led to sign in and
//! back.

use super::bell::Bell;
use super::look::Look;
use super::page::go;
use crate::Shared;
use crate::auth::BySession;
use crate::error::Failure;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use engine::Caller;
use engine::commands::log_in::Preferences;
use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use model::access_profile::Grant;
use model::ids::SessionId;
use url::form_urlencoded;

/// Somebody who looks at a page.
#[derive(Debug)]
pub(crate) struct Viewer {
    /// Who they are to commands.
    pub(crate) caller: Caller,
    /// Their name.
    pub(crate) name: String,
    /// How they want to see pages.
    pub(crate) look: Look,
    /// The page's path.
    pub(crate) path: String,
    /// The session they are in.
    pub(crate) session: SessionId,
    /// The language and the time zone of their record.
    pub(crate) preferences: Preferences,
    /// They have to change their password before anything else.
    pub(crate) must_change: bool,
    /// The bell; none for whom it is not shown.
    pub(crate) bell: Option<Bell>,
    /// The note that a redirect named.
    pub(crate) note: Option<String>,
    /// See [`super::Frame::plain_http`].
    pub(crate) plain_http: bool,
}

impl Viewer {
    /// Lets those go on whose access profile has the parameter.
    pub(crate) fn require(&self, grant: Grant) -> Result<(), Failure> {
        Ok(self.caller.require(grant)?)
    }
}

impl FromRequestParts<Shared> for Viewer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let BySession(visit) = match BySession::from_request_parts(parts, app).await {
            Ok(session) => session,
            Err(failure) if failure.status == StatusCode::UNAUTHORIZED => return Err(to_sign_in(parts)),
            Err(failure) => return Err(failure.into_response()),
        };
        let caller = visit.caller;
        let path = parts.uri.path();
        if visit.must_change && !path.starts_with("/account") {
            return Err(go("/account"));
        }
        let query = parts.uri.query().unwrap_or_default();
        let note = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "note");
        let person = caller.actor.person.as_ref();
        let wanted = &visit.preferences;
        let look = Look::with(&parts.headers, Some(&wanted.language), Some(&wanted.time_zone));
        Ok(Viewer {
            name: person.map_or_else(String::new, |person| person.business_name.clone()),
            path: path.to_owned(),
            session: visit.session.id,
            must_change: visit.must_change,
            preferences: visit.preferences,
            bell: Bell::read(app, &caller, &look).await,
            look,
            note: note.map(|(_, id)| id.into_owned()),
            plain_http: is_plain(&parts.headers, &app.public_url),
            caller,
        })
    }
}

/// Leads to the sign-in page. What was looked at is shown afterwards; what was sent cannot be.
fn to_sign_in(parts: &Parts) -> Response {
    if parts.method != Method::GET {
        return go("/sign-in");
    }
    let back = parts.uri.path_and_query().map_or("/", |whole| whole.as_str());
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
    go(&format!("/sign-in?{query}"))
}

/// Whether a page goes over plain http to another machine.
pub(crate) fn is_plain(headers: &HeaderMap, public_url: &str) -> bool {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    !here && !public_url.starts_with("https://")
}
