//! `/first-run`: whoever has the code that the server printed makes the first administrator.

pub(crate) mod form;
pub(crate) mod submit;

use crate::view::faults::Faults;
use crate::view::{Frame, Words};
use askama::Template;

/// The address.
const PATH: &str = "/first-run";

/// The form, with what was typed and what was wrong.
#[derive(Template)]
#[template(path = "first_run.html")]
struct Page {
    frame: Frame,
    t: Words,
    code: String,
    name: String,
    email: String,
    faults: Faults,
}

/// What a first run leads to: the key, shown this once, and the way on.
#[derive(Template)]
#[template(path = "first_run_done.html")]
struct Done {
    frame: Frame,
    t: Words,
    key: String,
}
