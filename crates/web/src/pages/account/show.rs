//! `GET /account`.

use super::Account;
use crate::Shared;
use crate::error::Failure;
use crate::view::{Viewer, page};
use axum::extract::State;
use axum::response::Response;

/// Shows one's own account.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    page(&Account::read(&app, &viewer).await?)
}
