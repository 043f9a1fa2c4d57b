//! `/sign-in`.

pub(crate) mod form;
pub(crate) mod submit;

use crate::view::Frame;
use askama::Template;

/// The form, with what was typed and what was wrong.
#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    frame: Frame,
    user: String,
    back: String,
    fault: Option<String>,
    /// Nobody can sign in yet.
    first_run: bool,
}
