//! Where a call goes: a URL checked once, kept in the form the client needs.
//! Does not live here: whether its address may be called (`guard`, when a connection opens).

use model::text;
use model::wording::Text;
use std::fmt;

use http::{HeaderValue, Uri};
use url::Url;

/// Longest URL, in bytes as typed.
pub const URL_BYTES_MAX: usize = 8 * 1024;

/// What is wrong with a URL, in words for whoever typed it. Never repeats the URL: it may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlFault {
    /// Nothing was given.
    Empty,
    /// Past [`URL_BYTES_MAX`].
    TooLong {
        /// How long it is, in bytes.
        bytes: usize,
    },
    /// A space, tab, line break or control character inside.
    Whitespace {
        /// Where, in bytes from its beginning.
        at: usize,
    },
    /// Something else than `http://` or `https://`.
    Scheme,
    /// A backslash before the query: programs disagree about what it means.
    Backslash,
    /// `user:password@` in it.
    Userinfo,
    /// Nothing between `//` and the path.
    NoHost,
    /// A host name that cannot exist.
    Host(Text),
    /// Port 0, or none that exists.
    Port,
    /// Everything else.
    Malformed(String),
}

impl UrlFault {
    /// What is wrong and what would be right.
    pub fn text(&self) -> Text {
        match self {
            UrlFault::Empty => text!("the URL is empty; give one such as https://receiver.example/hook"),
            UrlFault::TooLong { bytes } => {
                text!("the URL has {bytes} bytes; at most {max} are allowed", bytes, max = URL_BYTES_MAX)
            }
            UrlFault::Whitespace { at } => {
                text!(
                    "the URL has a space or control character at byte {at}; remove it or write it as %20",
                    at
                )
            }
            UrlFault::Scheme => text!("the URL must begin with https:// or http://"),
            UrlFault::Backslash => text!("the URL has a backslash; use / instead"),
            UrlFault::Userinfo => {
                text!("the URL has a user name or password before the @; remove it and set a header instead")
            }
            UrlFault::NoHost => text!("the URL has no host; give one such as https://receiver.example/hook"),
            UrlFault::Host(why) => text!("the host of the URL is not valid: {why}", why),
            UrlFault::Port => {
                text!("the port of the URL is not valid; use 1 to 65535, or leave it out")
            }
            UrlFault::Malformed(why) => text!("the URL is not valid: {why}", why),
        }
    }
}

impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for UrlFault {}

/// A receiver's URL, parsed once and shared by the calls to it.
#[derive(Clone)]
pub struct Target {
    url: Url,
    uri: Uri,
    host_header: HeaderValue,
    authority: String,
}

/// Checks a URL and gives its normal form: lower-case host in ASCII, every spelling of an IP address written
/// the usual way. The query may be escaped differently from how it was typed; [`Target`] keeps it as typed.
///
/// # Errors
/// A [`UrlFault`] that says what to correct.
pub fn parse_url(text: &str) -> Result<Url, UrlFault> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(UrlFault::Empty);
    }
    if text.len() > URL_BYTES_MAX {
        return Err(UrlFault::TooLong { bytes: text.len() });
    }
    if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_ascii_whitespace() || c.is_control()) {
        return Err(UrlFault::Whitespace { at });
    }
    check_text(text)?;
    let url = Url::parse(text).map_err(fault_of)?;
    match url.host_str() {
        None | Some("") => Err(UrlFault::NoHost),
        Some(_) if url.port() == Some(0) => Err(UrlFault::Port),
        Some(_) => Ok(url),
    }
}

/// What a lenient parser would repair or hide, refused as typed.
fn check_text(text: &str) -> Result<(), UrlFault> {
    let rest = strip_prefix_ignoring_case(text, "https://")
        .or_else(|| strip_prefix_ignoring_case(text, "http://"))
        .ok_or(UrlFault::Scheme)?;
    let before_query = rest.split(['?', '#']).next().unwrap_or_default();
    if before_query.contains('\\') {
        return Err(UrlFault::Backslash);
    }
    let authority = before_query.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err(UrlFault::Userinfo);
    }
    if authority.is_empty() || authority.starts_with(':') {
        return Err(UrlFault::NoHost);
    }
    Ok(())
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn fault_of(error: url::ParseError) -> UrlFault {
    use url::ParseError as E;
    match error {
        E::EmptyHost => UrlFault::NoHost,
        E::InvalidPort => UrlFault::Port,
        E::IdnaError => UrlFault::Host(text!("invalid international domain name")),
        E::InvalidIpv4Address => UrlFault::Host(text!("invalid IPv4 address")),
        E::InvalidIpv6Address => UrlFault::Host(text!("invalid IPv6 address")),
        E::InvalidDomainCharacter => UrlFault::Host(text!("invalid domain character")),
        E::Overflow => UrlFault::Host(Text::given(error.to_string())),
        other => UrlFault::Malformed(other.to_string()),
    }
}

/// The query as typed, with only those characters escaped that may not stand in a request line.
fn query_as_typed(text: &str) -> Option<String> {
    let before_fragment = text.split('#').next().unwrap_or_default();
    let (_, typed) = before_fragment.split_once('?')?;
    let mut query = String::with_capacity(typed.len());
    for byte in typed.bytes() {
        match byte {
            b'"' | b'<' | b'>' | 0x80.. => {
                query.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    query.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
                }
            }
            _ => query.push(char::from(byte)),
        }
    }
    Some(query)
}

impl Target {
    /// Checks a URL as somebody typed it.
    ///
    /// # Errors
    /// A [`UrlFault`] that says what to correct.
    pub fn parse(text: &str) -> Result<Target, UrlFault> {
        let url = parse_url(text)?;
        // `parse_url` refuses URLs without a host.
        let host = url.host_str().ok_or(UrlFault::NoHost)?;
        let host_and_port = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let mut path_and_query = url.path().to_owned();
        if let Some(query) = query_as_typed(text.trim_ascii()) {
            path_and_query.push('?');
            path_and_query.push_str(&query);
        }
        let host_header = HeaderValue::from_str(&host_and_port)
            .map_err(|_| UrlFault::Host(text!("it has a character that is not allowed")))?;
        let uri = Uri::builder()
            .scheme(url.scheme())
            .authority(host_and_port)
            .path_and_query(path_and_query)
            .build()
            .map_err(|error| UrlFault::Malformed(error.to_string()))?;
        let authority = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        Ok(Target { uri, host_header, authority, url })
    }

    /// The URL in its normal form.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What goes on the wire: the normal form, with the query as typed.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Host and port, the port always written out: fit for logs and messages.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host as it stands in the URL; IPv6 addresses in brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether calls go over TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The URL with the values of its query hidden (`?secret=•••`): fit for logs and tables.
    pub fn redacted(&self) -> String {
        let mut text = format!("{}://", self.url.scheme());
        text.push_str(self.uri.authority().map_or("", |authority| authority.as_str()));
        text.push_str(self.uri.path());
        let Some(query) = self.uri.query() else { return text };
        for (index, pair) in query.split('&').enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            match pair.split_once('=') {
                Some((name, _)) => text.extend([name, "=•••"]),
                None if pair.is_empty() => {}
                None => text.push_str("•••"),
            }
        }
        text
    }

    /// The `Host` header for calls to it.
    pub(super) fn host_header(&self) -> &HeaderValue {
        &self.host_header
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.redacted()).finish()
    }
}

#[cfg(test)]
mod tests;
