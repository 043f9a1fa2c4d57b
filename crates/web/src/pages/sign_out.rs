//! `POST /sign-out`: ends the session.

use crate::Shared;
use crate::auth::BySession;
use crate::auth::cookies;
use crate::error::Failure;
use crate::form::Form;
use crate::view::page::go;
use axum::extract::State;
use axum::response::Response;

/// Ends the session and leads to the sign-in page; without a session it only leads there.
pub(crate) async fn handle(
    State(app): State<Shared>,
    session: Result<BySession, Failure>,
    _: Form,
) -> Result<Response, Failure> {
    let mut response = go("/sign-in");
    if let Ok(BySession(visit)) = session {
        app.engine.end_session(&visit.caller, visit.session.id).await?;
    }
    cookies::end(&app, response.headers_mut());
    Ok(response)
}
