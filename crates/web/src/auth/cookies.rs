//! The two cookies: the session's, and the one by which a browser is known at its next log-in. Read and written here and
//! nowhere else; their values are letters, digits and `._-`, so that nothing needs escaping.

use crate::App;
use engine::commands::log_in::LoggedIn;
use http::{HeaderMap, HeaderValue, header};

/// Seconds that a browser is remembered for: a year.
const DEVICE_SECONDS: i64 = 365 * 24 * 3_600;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Holds the token of the session.
    Session,
    /// Tells that somebody logged in with this browser before. It opens nothing.
    Device,
}

impl Cookie {
    /// Its name. Over HTTPS it has the prefix that keeps other hosts and plain HTTP from setting it.
    fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Cookie::Session, false) => "gatilho_session",
            (Cookie::Session, true) => "__Host-gatilho_session",
            (Cookie::Device, false) => "gatilho_device",
            (Cookie::Device, true) => "__Host-gatilho_device",
        }
    }

    /// Its value in a request.
    pub(crate) fn read(self, app: &App, headers: &HeaderMap) -> Option<String> {
        read(headers, self.name(app.is_secure())).map(str::to_owned)
    }

    /// The header that sets it. `seconds` is how long it is kept; 0 takes it away.
    pub(crate) fn set(self, app: &App, value: &str, seconds: i64) -> Option<HeaderValue> {
        write(self.name(app.is_secure()), value, seconds, app.is_secure())
    }

    /// The header that sets it for a browser that is remembered.
    pub(crate) fn remember(self, app: &App, value: &str) -> Option<HeaderValue> {
        self.set(app, value, DEVICE_SECONDS)
    }
}

/// The value of the cookie with this name.
pub(crate) fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name).map(|(_, value)| value)
}

/// Sets what a log-in leaves in the browser.
pub(crate) fn begin(app: &App, begun: &LoggedIn, headers: &mut HeaderMap) {
    let seconds = app.engine.session_life().end_ms / 1_000;
    let cookies =
        [Cookie::Session.set(app, &begun.token, seconds), Cookie::Device.remember(app, &begun.device)];
    for cookie in cookies.into_iter().flatten() {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// Takes the session away from the browser.
pub(crate) fn end(app: &App, headers: &mut HeaderMap) {
    if let Some(cookie) = Cookie::Session.set(app, "", 0) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn write(name: &str, value: &str, seconds: i64, is_secure: bool) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    // SameSite=Lax: a link from a mail opens a page logged in; a form of another site posts nothing.
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; xgatilho_session=no;gatilho_session=dom_1.ab-c"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("gatilho_device=d"));
        assert_eq!(read(&headers, "gatilho_session"), Some("dom_1.ab-c"));
        assert_eq!(read(&headers, "gatilho_device"), Some("d"));
        assert_eq!(read(&headers, "__Host-gatilho_session"), None);
    }

    #[test]
    fn cookies_are_out_of_reach_of_scripts_other_sites_and_plain_http() {
        assert_eq!(
            write("gatilho_session", "t", 60, false).unwrap(),
            "gatilho_session=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            write("__Host-gatilho_session", "", 0, true).unwrap(),
            "__Host-gatilho_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
