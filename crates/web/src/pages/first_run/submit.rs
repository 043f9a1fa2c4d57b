//! `POST /first-run`: makes the administrator, signs them in and shows their key.

use super::{Done, PATH, Page};
use crate::Shared;
use crate::auth::cookies;
use crate::auth::source::Asked;
use crate::error::Failure;
use crate::form::Form;
use crate::view::faults::Faults;
use crate::view::page::{go, page_with};
use crate::view::viewer::is_plain;
use crate::view::{Frame, Look, Words, page};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::commands::first_run::FirstRun;
use http::{HeaderMap, StatusCode};
use model::wording::Text;

/// Makes the administrator, or says what was wrong.
pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Failure> {
    let look = Look::of(&headers);
    let t = look.words;
    let (code, name, email) = (form.text("code"), form.text("businessName"), form.text("emails"));
    let first_run = FirstRun {
        code: code.clone(),
        name: name.clone(),
        email: email.clone(),
        password: form.text("password").into(),
        source: asked.source,
        user_agent: asked.user_agent,
    };
    let error = match app.engine.first_run(first_run).await {
        Ok(done) => {
            let frame = Frame::bare(look, t.say("first-run-done"), PATH);
            let mut response = page(&Done { frame, t, key: done.key })?;
            cookies::begin(&app, &done.begun, response.headers_mut());
            return Ok(response);
        }
        Err(Error::Conflict(_)) => return Ok(go("/sign-in")),
        Err(error) => error,
    };
    let (status, faults) = refused(t, error)?;
    let mut frame = Frame::bare(look, t.say("first-run"), PATH);
    frame.plain_http = is_plain(&headers, &app.public_url);
    page_with(status, &Page { frame, t, code, name, email, faults })
}

/// What to say to somebody whose form was no good.
fn refused(t: Words, error: Error) -> Result<(StatusCode, Faults), Failure> {
    match error {
        Error::Unauthorized(_) => {
            Ok((StatusCode::UNAUTHORIZED, Faults::whole(Text::given(t.say("first-run-code-wrong")))))
        }
        Error::TooMany { retry_after_s, .. } => {
            let wait = t.one("sign-in-wait", "seconds", retry_after_s);
            Ok((StatusCode::TOO_MANY_REQUESTS, Faults::whole(Text::given(wait))))
        }
        Error::Invalid(faults) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Faults(faults))),
        error => Err(error.into()),
    }
}
