//! Words for calls that brought no answer: what failed and, where somebody can act, what to do.
//! Does not live here: refusals (`guard`). No word here holds a URL's path or query: they may be secrets.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy;
use model::outcome::Outcome;
use model::text;
use model::wording::Text;
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use super::connect::ConnectFault;
use super::stream::Flood;
use super::target::Target;

/// The outcome of a call that failed before the head of an answer.
pub(super) fn outcome(error: &legacy::Error, target: &Target) -> Outcome {
    for cause in chain(error) {
        match cause.downcast_ref() {
            Some(ConnectFault::Blocked(why)) => return Outcome::Blocked { why: why.clone() },
            Some(ConnectFault::Failed(why)) => return Outcome::Unreachable { why: why.clone() },
            None => {}
        }
    }
    Outcome::Unreachable { why: call_words(error, target) }
}

/// Why there was no connection, if that is what failed.
pub(super) fn connect_words(error: &legacy::Error) -> Option<String> {
    find::<ConnectFault>(error).map(ToString::to_string)
}

/// A name that did not resolve.
pub(super) fn lookup_words(error: &io::Error, host: &str) -> Text {
    let detail = error.to_string();
    if detail.contains("emporary failure") {
        return text!(
            "no name server answered for {host}; check the DNS of this server ({detail})",
            host,
            detail
        );
    }
    text!(
        "the name {host} does not resolve; check the spelling of the URL and the DNS of this server ({detail})",
        host,
        detail
    )
}

/// No TCP connection to `at`, or one that broke.
pub(super) fn tcp_words(error: &io::Error, at: &str) -> Text {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => {
            text!("{at} refused the connection; is the receiver running, and is the port right?", at)
        }
        K::TimedOut => {
            text!("{at} did not take the connection in time; check its address and its firewall", at)
        }
        K::HostUnreachable | K::NetworkUnreachable => {
            text!(
                "there is no route to {at}; check its address and the network of this server ({error})",
                at,
                error = error.to_string()
            )
        }
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => {
            text!(
                "{at} broke off the connection; look into the log of the receiver ({error})",
                at,
                error = error.to_string()
            )
        }
        K::PermissionDenied => {
            text!(
                "this machine forbids connections to {at}; check its firewall ({error})",
                at,
                error = error.to_string()
            )
        }
        // 24 and 23 are EMFILE and ENFILE on every Unix.
        _ if matches!(error.raw_os_error(), Some(23 | 24)) => {
            text!(
                "this server is out of file descriptors; raise its limit ({error})",
                error = error.to_string()
            )
        }
        _ => text!("no connection to {at}: {error}", at, error = error.to_string()),
    }
}

/// No TLS with `host`, though there was a connection.
pub(super) fn handshake_words(error: &io::Error, host: &str) -> Text {
    if let Some(tls) = find::<TlsError>(error) {
        return tls_words(tls, host);
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => text!(
            "{host} closed the connection during the TLS handshake; does that port speak TLS? If not, use http://",
            host
        ),
        _ => text!("the TLS handshake with {host} failed: {error}", host, error = error.to_string()),
    }
}

/// An answer that began and broke off, or went past a limit.
pub(super) fn body_words(error: &hyper::Error, target: &Target, status: u16) -> Text {
    let at = target.authority();
    if let Some(flood) = find::<Flood>(error) {
        return flood_words(flood, at);
    }
    text!(
        "{at} answered {status} but broke off in the middle of the answer ({error})",
        at,
        status,
        error = innermost(error)
    )
}

fn call_words(error: &legacy::Error, target: &Target) -> Text {
    let at = target.authority();
    if let Some(tls) = find::<TlsError>(error) {
        return tls_words(tls, target.host());
    }
    if let Some(flood) = find::<Flood>(error) {
        return flood_words(flood, at);
    }
    if let Some(http) = chain(error).filter_map(|cause| cause.downcast_ref::<hyper::Error>()).last() {
        if http.is_parse_too_large() {
            return text!("the head of the answer from {at} is too large, or has too many headers", at);
        }
        if http.is_parse() {
            let error = http.to_string();
            return match target.is_https() {
                true => text!("{at} did not answer with HTTP/1.1 ({error})", at, error),
                false => text!(
                    "{at} did not answer with HTTP/1.1 ({error}); does that port want https://?",
                    at,
                    error
                ),
            };
        }
    }
    if let Some(io) = find::<io::Error>(error)
        && io.kind() != io::ErrorKind::UnexpectedEof
    {
        return with_hint_for_certificate(tcp_words(io, at), target);
    }
    let why = text!("{at} closed the connection without an answer; look into the log of the receiver", at);
    with_hint_for_certificate(why, target)
}

/// With TLS 1.3 a receiver says only after the handshake that it wants a certificate, often by hanging up.
fn with_hint_for_certificate(why: Text, target: &Target) -> Text {
    match target.is_https() {
        true => text!("{why}. If it asks for a client certificate, set one for this endpoint", why),
        false => why,
    }
}

fn flood_words(flood: &Flood, at: &str) -> Text {
    let size = flood.bytes / 1024;
    text!("{at} sent more than {size} KiB without an end to its answer; the call was cut", at, size)
}

fn tls_words(error: &TlsError, host: &str) -> Text {
    use AlertDescription as A;
    match error {
        TlsError::InvalidCertificate(fault) => certificate_words(fault, host),
        TlsError::AlertReceived(A::CertificateRequired) => {
            text!("{host} asks for a client certificate; set one for this endpoint", host)
        }
        TlsError::AlertReceived(
            A::BadCertificate
            | A::UnknownCA
            | A::CertificateUnknown
            | A::CertificateExpired
            | A::DecryptError
            | A::AccessDenied,
        ) => text!(
            "{host} did not accept our client certificate; check the one set for this endpoint ({error})",
            host,
            error = error.to_string()
        ),
        TlsError::AlertReceived(A::UnrecognisedName) => {
            text!(
                "{host} does not know itself by that name; check the host in the URL ({error})",
                host,
                error = error.to_string()
            )
        }
        TlsError::AlertReceived(A::ProtocolVersion) | TlsError::PeerIncompatible(_) => text!(
            "{host} and this server have no way of encrypting in common; the receiver must offer TLS 1.2 or 1.3 ({error})",
            host,
            error = error.to_string()
        ),
        TlsError::InvalidMessage(_) => {
            text!(
                "{host} does not speak TLS on that port; if it is plain, use http:// ({error})",
                host,
                error = error.to_string()
            )
        }
        _ => text!("TLS with {host} failed: {error}", host, error = error.to_string()),
    }
}

fn certificate_words(fault: &CertificateError, host: &str) -> Text {
    use CertificateError as C;
    match fault {
        // A bad signature is what an authority of the same name but with another key leaves.
        C::UnknownIssuer | C::BadSignature => text!(
            "the certificate of {host} is not from an authority this server trusts; install the authority on this \
             machine, or set it for this endpoint",
            host
        ),
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            text!(
                "the certificate of {host} is for other names; correct the host in the URL, or the certificate",
                host
            )
        }
        C::Expired | C::ExpiredContext { .. } => {
            text!("the certificate of {host} has expired; the receiver must renew it", host)
        }
        C::NotValidYet | C::NotValidYetContext { .. } => {
            text!("the certificate of {host} is not valid yet; check the clocks of both machines", host)
        }
        C::Revoked => text!("the certificate of {host} was revoked; the receiver must replace it", host),
        other => text!("the certificate of {host} is not valid: {other}", host, other = other.to_string()),
    }
}

/// An error and its causes, from the outside in, looking into the I/O errors that wrap others.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => cause.source(),
        }
    })
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}
