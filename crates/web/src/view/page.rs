//! A page or a part of one as an answer, with the headers that keep it from doing what it should not, and redirects after
//! forms.

use crate::error::Failure;
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Scripts, styles and pictures come from here alone; nothing runs that stands in a page itself; nobody frames a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Opens no window and knows no opener of another site.
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// By this header the page's script asks for a part of a page.
const PART: HeaderName = HeaderName::from_static("x-part");

/// Writes a page, or a part of one.
pub(crate) fn page(template: &impl Template) -> Result<Response, Failure> {
    page_with(StatusCode::OK, template)
}

/// The same with a status.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    let text = template.render().map_err(|error| Failure::internal(format!("a template: {error}")))?;
    let mut response = (status, Html(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Whether only the part of the page is wanted that is kept up to date.
pub(crate) fn wants_part(headers: &HeaderMap) -> bool {
    headers.contains_key(PART)
}

/// Leads on after a form was carried out.
pub(crate) fn go(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    // What cannot stand in a header is no address of ours.
    let to = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, to);
    response
}

/// The same, telling there what happened: the message `note-…` of that name.
pub(crate) fn go_with_note(to: &str, note: &str) -> Response {
    let joint = if to.contains('?') { '&' } else { '?' };
    go(&format!("{to}{joint}note={note}"))
}

/// An address of this server to lead back to; the start when it is none.
pub(crate) fn own_path(path: &str) -> &str {
    let fit = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if path.starts_with('/') && !path.starts_with("//") && path.bytes().all(fit) { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_server_are_led_back_to() {
        for own in ["/", "/tickets?status=New&a=%20", "/settings/people"] {
            assert_eq!(own_path(own), own);
        }
        for other in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:x", "/a\r\nx"]
        {
            assert_eq!(own_path(other), "/");
        }
    }

    #[test]
    fn a_note_joins_an_address_that_has_a_query() {
        let to = |response: Response| response.headers()[LOCATION].to_str().unwrap().to_owned();
        assert_eq!(to(go_with_note("/a", "saved")), "/a?note=saved");
        assert_eq!(to(go_with_note("/a?b=1", "saved")), "/a?b=1&note=saved");
    }
}
