//! `GET /first-run`: the form.

use super::{PATH, Page};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::faults::Faults;
use crate::view::page::go;
use crate::view::viewer::is_plain;
use crate::view::{Frame, Look, page};
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};

/// Shows the form while an administrator is waited for. The code is looked at when it is sent.
pub(crate) async fn handle(
    State(app): State<Shared>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    if !app.engine.is_first_run().await? {
        return Ok(go("/sign-in"));
    }
    let look = Look::of(&headers);
    let t = look.words;
    let mut frame = Frame::bare(look, t.say("first-run"), PATH);
    frame.plain_http = is_plain(&headers, &app.public_url);
    let code = Form::of(uri.query().unwrap_or_default()).text("code");
    let (name, email, faults) = (String::new(), String::new(), Faults::default());
    page(&Page { frame, t, code, name, email, faults })
}
