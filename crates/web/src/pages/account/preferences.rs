//! `POST /account/preferences`: one's own language and time zone, kept in one's record.

use super::Account;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::Viewer;
use crate::view::faults::Faults;
use crate::view::look::LANGUAGE_COOKIE;
use crate::view::page::{go_with_note, page_with};
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::commands::log_in::Preferences;
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};

/// Keeps them. A language that was chosen in this browser before counts no longer.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    mut form: Form,
) -> Result<Response, Failure> {
    let wanted = Preferences {
        language: form.text("cultureId"),
        time_zone: form.text("timeZoneId").trim().to_owned(),
    };
    let faults = match app.engine.update_own_preferences(&viewer.caller, wanted.clone()).await {
        Ok(_) => {
            let mut response = go_with_note("/account", "saved");
            let cookie = format!("{LANGUAGE_COOKIE}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            return Ok(response);
        }
        Err(Error::Invalid(faults)) => Faults(faults),
        Err(error) => return Err(error.into()),
    };
    let mut account = Account::read(&app, &viewer).await?;
    (account.zone, account.faults) = (wanted.time_zone, faults);
    page_with(StatusCode::BAD_REQUEST, &account)
}
