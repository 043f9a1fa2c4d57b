//! `POST /api/v1/session`: logs in.

use super::form::WhoForm;
use crate::Shared;
use crate::auth::cookies;
use crate::auth::origin;
use crate::auth::source::Asked;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::face::Problem;
use crate::members::Members;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::commands::log_in::LogIn;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use utoipa::ToSchema;

/// Characters of what is typed into a log-in, at most.
const TYPED_MAX: usize = 1_000;

/// Who wants to log in.
#[derive(ToSchema)]
#[schema(as = LogIn)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct LogInBody {
    /// User name or e-mail address; case and accents do not matter.
    user: String,
    password: String,
    /// Name of the domain. When absent: that of the host that was asked, or the first.
    domain: Option<String>,
}

/// Log in
///
/// Sets the cookie of a new session, by which every request of the native API may be made in place of a key. A wrong
/// password and an unknown name get the same answer; after five failures from one address with one name each further try
/// has to wait longer, up to 15 minutes.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "logIn", tag = "session", security(()),
    request_body = LogInBody,
    responses(
        (status = 200, description = "Logged in.", body = WhoForm),
        (status = "4XX", description = "Refused: it says why.", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "Not possible now: try again later.", body = Problem,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    headers: HeaderMap,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    origin::check(&app, &Method::POST, &headers)?;
    let begun = app.engine.log_in(read(&json, asked)?).await?;
    let who = WhoForm::of(&app, &begun.visit.caller, Some(begun.visit.clone()));
    let mut response = Json(who).into_response();
    cookies::begin(&app, &begun, response.headers_mut());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn read(json: &Value, asked: Asked) -> Result<LogIn, Failure> {
    let mut members = Members::of(json);
    let user = members.text("user", TYPED_MAX);
    let password = members.text("password", TYPED_MAX);
    let domain = members.text_or_null("domain", TYPED_MAX).filter(|name| !name.is_empty());
    members.need("user");
    members.need("password");
    members.end()?;
    Ok(LogIn {
        domain,
        host: asked.host,
        user: user.unwrap_or_default(),
        password: password.unwrap_or_default().into(),
        source: asked.source,
        user_agent: asked.user_agent,
        device: asked.device,
    })
}
