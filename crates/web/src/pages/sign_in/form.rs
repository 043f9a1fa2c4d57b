//! `GET /sign-in`: the form.

use super::SignIn;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::page::own_path;
use crate::view::viewer::is_plain;
use crate::view::{Frame, Look, page};
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};

/// Shows the form; it leads back to the page that was looked for.
pub(crate) async fn handle(
    State(app): State<Shared>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    let look = Look::of(&headers);
    let back = Form::of(uri.query().unwrap_or_default()).text("back");
    let mut frame = Frame::bare(look.clone(), look.words.say("sign-in"), "/sign-in");
    frame.plain_http = is_plain(&headers, &app.public_url);
    let first_run = app.engine.is_first_run().await?;
    page(&SignIn { frame, user: String::new(), back: own_path(&back).to_owned(), fault: None, first_run })
}
