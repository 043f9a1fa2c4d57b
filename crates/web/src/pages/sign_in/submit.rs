//! `POST /sign-in`: begins a session, or says what was wrong.

use super::SignIn;
use crate::Shared;
use crate::auth::cookies;
use crate::auth::source::Asked;
use crate::error::Failure;
use crate::form::Form;
use crate::view::page::{go, own_path, page_with};
use crate::view::viewer::is_plain;
use crate::view::{Frame, Look, Words};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::commands::log_in::LogIn;
use http::{HeaderMap, StatusCode};

/// Signs in and leads to the page that was looked for.
pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Failure> {
    let (user, back) = (form.text("user"), form.text("back"));
    let log_in = LogIn {
        domain: None,
        host: asked.host,
        user: user.clone(),
        password: form.text("password").into(),
        source: asked.source,
        user_agent: asked.user_agent,
        device: asked.device,
    };
    let begun = match app.engine.log_in(log_in).await {
        Ok(begun) => begun,
        Err(error) => return refused(&app, &headers, error, user, &back),
    };
    let mut response = go(own_path(&back));
    cookies::begin(&app, &begun, response.headers_mut());
    Ok(response)
}

/// The form once more, with the reason.
fn refused(
    app: &Shared,
    headers: &HeaderMap,
    error: Error,
    user: String,
    back: &str,
) -> Result<Response, Failure> {
    let look = Look::of(headers);
    let Some(fault) = fault(look.words, &error) else { return Err(error.into()) };
    let status = match error {
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNAUTHORIZED,
    };
    let mut frame = Frame::bare(look.clone(), look.words.say("sign-in"), "/sign-in");
    frame.plain_http = is_plain(headers, &app.public_url);
    let back = own_path(back).to_owned();
    page_with(status, &SignIn { frame, user, back, fault: Some(fault), first_run: false })
}

/// What to tell somebody who is not let in; none for what is no matter of signing in.
fn fault(t: Words, error: &Error) -> Option<String> {
    match error {
        Error::Unauthorized(_) => Some(t.say("sign-in-wrong")),
        Error::TooMany { retry_after_s, .. } => Some(t.one("sign-in-wait", "seconds", *retry_after_s)),
        Error::Denied(_) => Some(t.say("sign-in-suspended")),
        _ => None,
    }
}
