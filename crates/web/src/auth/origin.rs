//! Whether a request that a cookie speaks for was made by one of our own pages. A browser says so; a request that says
//! nothing was made by no browser. Requests with a key need no such question: no other site knows the key.

use crate::App;
use crate::error::Failure;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use model::text;
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another site's page asks, unless it only reads.
///
/// # Errors
/// 403.
pub(crate) fn check(app: &App, method: &Method, headers: &HeaderMap) -> Result<(), Failure> {
    if method.is_safe() || is_own(&app.public_url, headers) {
        return Ok(());
    }
    let detail = text!(
        "this was asked by a page of another site; a proxy in between must pass `Origin` and `Host` on"
    );
    Err(Failure::new(StatusCode::FORBIDDEN, detail))
}

fn is_own(public_url: &str, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let origin = text(header::ORIGIN);
    if let Some(site) = text(SEC_FETCH_SITE) {
        return matches!(site, "same-origin" | "none")
            || origin.is_some_and(|origin| is_public(public_url, origin));
    }
    let Some(origin) = origin else { return true };
    is_public(public_url, origin) || is_host(origin, text(header::HOST))
}

/// Whether it is the address by which others reach this server.
fn is_public(public_url: &str, origin: &str) -> bool {
    let of = |text: &str| Url::parse(text).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    of(public_url).is_some_and(|public| of(origin) == Some(public))
}

/// Whether it is the host that was asked. The scheme does not matter: a proxy may have taken TLS off.
fn is_host(origin: &str, host: Option<&str>) -> bool {
    let without_scheme = origin.split_once("://").map(|(_, host)| host);
    without_scheme.zip(host).is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        is_own("https://desk.example", &headers)
    }

    #[test]
    fn our_own_pages_and_programs_may_ask() {
        assert!(own(&[]));
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "https://desk.example")]));
        assert!(own(&[("sec-fetch-site", "none")]));
        assert!(own(&[("origin", "https://desk.example")]));
        assert!(own(&[("origin", "http://10.0.0.1:8080"), ("host", "10.0.0.1:8080")]));
    }

    #[test]
    fn pages_of_other_sites_may_not() {
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
        assert!(!own(&[("sec-fetch-site", "same-site"), ("origin", "https://other.desk.example")]));
        for origin in
            ["null", "https://evil.example", "https://desk.example.evil.example", "http://desk.example", ""]
        {
            assert!(!own(&[("origin", origin), ("host", "127.0.0.1:8080")]), "{origin}");
        }
        assert!(!own(&[("origin", "https://evil.example")]));
    }
}
