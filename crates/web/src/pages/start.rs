//! `/`: the first page that somebody may see.

use crate::view::Viewer;
use crate::view::page::go;
use axum::response::Response;
use model::access_profile::Grant;

/// Those who make triggers begin there, everybody else at their tickets.
pub(crate) async fn handle(viewer: Viewer) -> Response {
    match viewer.require(Grant::AllowCreatingTriggers) {
        Ok(()) => go("/settings/automation/triggers"),
        Err(_) => go("/tickets"),
    }
}
