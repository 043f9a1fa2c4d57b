//! `POST /sign-out`: ends the session.

use crate::form::Form;
use crate::view::Viewer;
use crate::view::page::go;
use axum::response::Response;

/// Ends the session and leads to the sign-in page.
pub(crate) async fn handle(_viewer: Viewer, _: Form) -> Response {
    go("/sign-in")
}
