//! `POST /sign-in`.

use crate::error::Failure;
use crate::form::Form;
use crate::view::page::{go, own_path};
use axum::response::Response;
use http::HeaderValue;
use http::header::SET_COOKIE;

/// Temporary.
pub(crate) async fn handle(mut form: Form) -> Result<Response, Failure> {
    let mut response = go(own_path(&form.text("back")));
    let cookie = format!("gatilho_session={}; Path=/; HttpOnly", form.text("password"));
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
