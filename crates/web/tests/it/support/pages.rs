//! Pages as a browser asks for them, signed in: whole, in parts, and by their forms.

use super::{Answer, Desk, KEY};
use axum::body::Body;
use http::Request;
use http::request::Builder;
use url::form_urlencoded::Serializer;

/// What somebody with this session sees at an address.
pub(crate) async fn look(desk: &Desk, key: &str, uri: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method("GET").uri(uri).header("cookie", desk.cookie(key).await);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    desk.send(request.body(Body::empty()).unwrap()).await
}

/// The page at an address.
pub(crate) async fn page(desk: &Desk, uri: &str) -> String {
    let answer = look(desk, KEY, uri, &[]).await;
    assert_eq!(answer.status, 200, "{uri}: {}", answer.text);
    answer.text
}

/// Only the part of a page that is kept up to date.
pub(crate) async fn part(desk: &Desk, uri: &str) -> String {
    let answer = look(desk, KEY, uri, &[("x-part", "live")]).await;
    assert_eq!(answer.status, 200, "{uri}: {}", answer.text);
    assert!(!answer.text.contains("<html"), "{}", answer.text);
    answer.text
}

/// A form on its way, from a page of this site or of another one; its body is still to come.
pub(crate) fn posting(uri: &str, cookie: &str, site: &str) -> Builder {
    Request::builder()
        .method("POST")
        .uri(uri)
        .header("cookie", cookie)
        .header("sec-fetch-site", site)
        .header("content-type", "application/x-www-form-urlencoded")
}

/// What a browser makes of a form's fields.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> Body {
    Body::from(Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// Sends a form of a page.
pub(crate) async fn post(desk: &Desk, key: &str, uri: &str, form: &str, site: &str) -> Answer {
    let request = posting(uri, &desk.cookie(key).await, site);
    desk.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

/// Sends a form and answers where it leads.
pub(crate) async fn submit(desk: &Desk, uri: &str, form: &str) -> String {
    let answer = post(desk, KEY, uri, form, "same-origin").await;
    assert_eq!(answer.status, 303, "{uri}: {}", answer.text);
    answer.header("location").to_owned()
}

/// The texts between two marks.
pub(crate) fn between<'t>(text: &'t str, start: &str, end: &str) -> Vec<&'t str> {
    text.split(start).skip(1).map(|rest| rest.split(end).next().unwrap_or_default()).collect()
}

/// Posts a form as a browser does; `part` as htmx does.
pub(crate) async fn submit_as(
    desk: &Desk,
    key: &str,
    uri: &str,
    fields: &[(&str, &str)],
    part: bool,
) -> Answer {
    let mut request = posting(uri, &desk.cookie(key).await, "same-origin");
    if part {
        request = request.header("hx-request", "true");
    }
    desk.send(request.body(encoded(fields)).unwrap()).await
}
