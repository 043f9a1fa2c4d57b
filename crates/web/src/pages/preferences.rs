//! `POST /preferences`: language and theme, kept in this browser.

use crate::error::Failure;
use crate::form::Form;
use crate::view::look::{LANGUAGE_COOKIE, THEME_COOKIE, Theme, language};
use crate::view::page::{go, own_path};
use axum::response::Response;
use http::HeaderValue;
use http::header::SET_COOKIE;

/// Seconds that a choice is kept: a year.
const KEPT_SECONDS: i64 = 31_536_000;

/// Keeps what was chosen and leads back.
pub(crate) async fn handle(mut form: Form) -> Result<Response, Failure> {
    let mut response = go(own_path(&form.text("back")));
    let chosen = [
        (LANGUAGE_COOKIE, language(&form.text("language")).map(model::classification::Locale::as_str)),
        (THEME_COOKIE, Theme::parse(&form.text("theme")).map(Theme::as_str)),
    ];
    for (name, value) in chosen {
        let Some(value) = value else { continue };
        let cookie = format!("{name}={value}; Path=/; Max-Age={KEPT_SECONDS}; SameSite=Lax; HttpOnly");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    Ok(response)
}
