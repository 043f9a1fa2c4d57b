//! Words for calls that brought no answer: what failed and, where somebody can act, what to do.
//! Does not live here: refusals (`guard`). No word here holds a URL's path or query: they may be secrets.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy;
use model::outcome::Outcome;
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
pub(super) fn lookup_words(error: &io::Error, host: &str) -> String {
    let detail = error.to_string();
    if detail.contains("emporary failure") {
        return format!("no name server answered for {host}; check the DNS of this server ({detail})");
    }
    format!(
        "the name {host} does not resolve; check the spelling of the URL and the DNS of this server \
         ({detail})"
    )
}

/// No TCP connection to `at`, or one that broke.
pub(super) fn tcp_words(error: &io::Error, at: &str) -> String {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => {
            format!("{at} refused the connection; is the receiver running, and is the port right?")
        }
        K::TimedOut => {
            format!("{at} did not take the connection in time; check its address and its firewall")
        }
        K::HostUnreachable | K::NetworkUnreachable => {
            format!("there is no route to {at}; check its address and the network of this server ({error})")
        }
        K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => {
            format!("{at} broke off the connection; look into the log of the receiver ({error})")
        }
        K::PermissionDenied => {
            format!("this machine forbids connections to {at}; check its firewall ({error})")
        }
        // 24 and 23 are EMFILE and ENFILE on every Unix.
        _ if matches!(error.raw_os_error(), Some(23 | 24)) => {
            format!("this server is out of file descriptors; raise its limit ({error})")
        }
        _ => format!("no connection to {at}: {error}"),
    }
}

/// No TLS with `host`, though there was a connection.
pub(super) fn handshake_words(error: &io::Error, host: &str) -> String {
    if let Some(tls) = find::<TlsError>(error) {
        return tls_words(tls, host);
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => format!(
            "{host} closed the connection during the TLS handshake; does that port speak TLS? \
             If not, use http://"
        ),
        _ => format!("the TLS handshake with {host} failed: {error}"),
    }
}

/// An answer that began and broke off, or went past a limit.
pub(super) fn body_words(error: &hyper::Error, target: &Target, status: u16) -> String {
    let at = target.authority();
    if let Some(flood) = find::<Flood>(error) {
        return flood_words(flood, at);
    }
    format!("{at} answered {status} but broke off in the middle of the answer ({})", innermost(error))
}

fn call_words(error: &legacy::Error, target: &Target) -> String {
    let at = target.authority();
    if let Some(tls) = find::<TlsError>(error) {
        return tls_words(tls, target.host());
    }
    if let Some(flood) = find::<Flood>(error) {
        return flood_words(flood, at);
    }
    if let Some(http) = chain(error).filter_map(|cause| cause.downcast_ref::<hyper::Error>()).last() {
        if http.is_parse_too_large() {
            return format!("the head of the answer from {at} is too large, or has too many headers");
        }
        if http.is_parse() {
            let hint = if target.is_https() { "" } else { "; does that port want https://?" };
            return format!("{at} did not answer with HTTP/1.1 ({http}){hint}");
        }
    }
    if let Some(io) = find::<io::Error>(error)
        && io.kind() != io::ErrorKind::UnexpectedEof
    {
        return tcp_words(io, at) + hint_for_certificate(target);
    }
    let hint = hint_for_certificate(target);
    format!("{at} closed the connection without an answer; look into the log of the receiver{hint}")
}

/// With TLS 1.3 a receiver says only after the handshake that it wants a certificate, often by hanging up.
fn hint_for_certificate(target: &Target) -> &'static str {
    if target.is_https() { ". If it asks for a client certificate, set one for this endpoint" } else { "" }
}

fn flood_words(flood: &Flood, at: &str) -> String {
    format!("{at} sent {flood} to its answer; the call was cut")
}

fn tls_words(error: &TlsError, host: &str) -> String {
    use AlertDescription as A;
    match error {
        TlsError::InvalidCertificate(fault) => certificate_words(fault, host),
        TlsError::AlertReceived(A::CertificateRequired) => {
            format!("{host} asks for a client certificate; set one for this endpoint")
        }
        TlsError::AlertReceived(
            A::BadCertificate
            | A::UnknownCA
            | A::CertificateUnknown
            | A::CertificateExpired
            | A::DecryptError
            | A::AccessDenied,
        ) => format!(
            "{host} did not accept our client certificate; check the one set for this endpoint ({error})"
        ),
        TlsError::AlertReceived(A::UnrecognisedName) => {
            format!("{host} does not know itself by that name; check the host in the URL ({error})")
        }
        TlsError::AlertReceived(A::ProtocolVersion) | TlsError::PeerIncompatible(_) => format!(
            "{host} and this server have no way of encrypting in common; the receiver must offer \
             TLS 1.2 or 1.3 ({error})"
        ),
        TlsError::InvalidMessage(_) => {
            format!("{host} does not speak TLS on that port; if it is plain, use http:// ({error})")
        }
        _ => format!("TLS with {host} failed: {error}"),
    }
}

fn certificate_words(fault: &CertificateError, host: &str) -> String {
    use CertificateError as C;
    match fault {
        // A bad signature is what an authority of the same name but with another key leaves.
        C::UnknownIssuer | C::BadSignature => format!(
            "the certificate of {host} is not from an authority this server trusts; install the authority \
             on this machine, or set it for this endpoint"
        ),
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            format!(
                "the certificate of {host} is for other names; correct the host in the URL, or the \
                 certificate"
            )
        }
        C::Expired | C::ExpiredContext { .. } => {
            format!("the certificate of {host} has expired; the receiver must renew it")
        }
        C::NotValidYet | C::NotValidYetContext { .. } => {
            format!("the certificate of {host} is not valid yet; check the clocks of both machines")
        }
        C::Revoked => format!("the certificate of {host} was revoked; the receiver must replace it"),
        other => format!("the certificate of {host} is not valid: {other}"),
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
