//! Calls over TLS: whom we trust, what we show, and what we say when it fails.

use std::sync::Arc;

use engine::outbound::{Client, ClientError, Policy, Tls};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio_rustls::TlsAcceptor;

use super::server::{OK, Server};
use super::{answered, client, local, now, post, unreachable_why};

/// A private certificate authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

/// A certificate with its key, both as PEM text.
struct Identity {
    chain: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Authority { issuer: Issuer::new(params, key), certificate }
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        roots
    }

    fn issue(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let chain = params.signed_by(&key, &self.issuer).unwrap().pem();
        Identity { chain, key: key.serialize_pem() }
    }

    fn client(&self) -> Client {
        Client::with_roots(local(), self.roots(), now()).unwrap()
    }
}

impl Identity {
    fn der(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        use rustls::pki_types::pem::PemObject;
        let chain = CertificateDer::from_pem_slice(self.chain.as_bytes()).unwrap();
        let key = PrivatePkcs8KeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        (vec![chain], key.into())
    }
}

/// Answers over TLS with this certificate; asks for a client certificate from `clients` when there is one.
async fn serve(
    identity: &Identity,
    clients: Option<&Authority>,
    versions: &[&'static SupportedProtocolVersion],
) -> Server {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(versions).unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(authority.roots()), provider)
                .build()
                .unwrap(),
        ),
    };
    let (chain, key) = identity.der();
    let acceptor = TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, key).unwrap()));
    Server::listen("127.0.0.1:0", Some(acceptor), |mut peer| async move {
        while peer.request().await.is_some() {
            peer.send(OK).await;
        }
    })
    .await
}

fn https(server: &Server, host: &str) -> String {
    format!("https://{host}:{}/", server.address.port())
}

#[tokio::test]
async fn a_private_authority_is_trusted_when_given() {
    let authority = Authority::new("authority");
    let identity = authority.issue(&["localhost", "127.0.0.1"], |_| {});
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let server = serve(&identity, None, &[version]).await;
        let client = authority.client();
        for host in ["127.0.0.1", "127.0.0.1", "127.0.0.1"] {
            assert_eq!(answered(post(&client, &https(&server, host)).await).body, "ok");
        }
        assert_eq!(server.connections(), 1);
        assert_eq!(answered(post(&client, &https(&server, "localhost")).await).body, "ok");
    }
    let pem = Tls::default().with_authorities_pem(authority.certificate.pem().as_bytes()).unwrap();
    let server = serve(&identity, None, rustls::ALL_VERSIONS).await;
    let client = Client::with_tls(local(), pem, now()).unwrap();
    assert_eq!(answered(post(&client, &https(&server, "localhost")).await).body, "ok");
}

#[tokio::test]
async fn a_stranger_is_not_trusted() {
    let identity = Authority::new("authority").issue(&["localhost"], |_| {});
    let server = serve(&identity, None, rustls::ALL_VERSIONS).await;
    // The last one has the same name, as an authority that was made anew.
    for client in [client(local()), Authority::new("other").client(), Authority::new("authority").client()] {
        let why = unreachable_why(post(&client, &https(&server, "localhost")).await);
        assert!(why.contains("not from an authority this server trusts"), "{why}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("authority");
    let server = serve(&authority.issue(&["other.example"], |_| {}), None, rustls::ALL_VERSIONS).await;
    for host in ["localhost", "127.0.0.1"] {
        let why = unreachable_why(post(&authority.client(), &https(&server, host)).await);
        assert!(why.contains("is for other names"), "{why}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn certificates_out_of_their_time_are_refused() {
    let authority = Authority::new("authority");
    let past = authority.issue(&["localhost"], |params| params.not_after = date_time_ymd(2001, 1, 1));
    let future = authority.issue(&["localhost"], |params| params.not_before = date_time_ymd(2900, 1, 1));
    for (identity, words) in [(past, "has expired"), (future, "is not valid yet")] {
        let server = serve(&identity, None, rustls::ALL_VERSIONS).await;
        let why = unreachable_why(post(&authority.client(), &https(&server, "localhost")).await);
        assert!(why.contains(words), "{why}");
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown_when_asked_for() {
    let authority = Authority::new("authority");
    let server_identity = authority.issue(&["localhost"], |_| {});
    let ours = authority.issue(&["gatilho"], |_| {});
    let theirs = Authority::new("other").issue(&["gatilho"], |_| {});
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let server = serve(&server_identity, Some(&authority), &[version]).await;
        let url = https(&server, "localhost");
        let with = |identity: &Identity| {
            let tls = Tls::default().with_roots(authority.roots());
            let tls = tls.with_identity_pem(identity.chain.as_bytes(), identity.key.as_bytes()).unwrap();
            Client::with_tls(local(), tls, now()).unwrap()
        };
        assert_eq!(answered(post(&with(&ours), &url).await).body, "ok");
        // With TLS 1.3 this shows only after the handshake, as an alert or as a closed connection.
        for _ in 0..20 {
            let why = unreachable_why(post(&authority.client(), &url).await);
            assert!(why.contains("client certificate"), "{why}");
            let why = unreachable_why(post(&with(&theirs), &url).await);
            assert!(why.contains("client certificate"), "{why}");
        }
    }
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls_is_said_so() {
    let authority = Authority::new("authority");
    let says = |bytes: &'static [u8]| {
        Server::start(move |mut peer| async move {
            peer.one_byte().await;
            peer.send(bytes).await;
        })
    };
    let plain = says(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let mail = says(b"220 mail.example ESMTP\r\n").await;
    let closing = says(b"").await;
    let client = authority.client();
    for server in [plain, mail, closing] {
        let why = unreachable_why(post(&client, &https(&server, "127.0.0.1")).await);
        assert!(why.contains("http://"), "{why}");
    }
}

#[tokio::test]
async fn a_receiver_without_a_common_version_is_said_so() {
    // A handshake that chooses TLS 1.1, and nothing else.
    let server = Server::start(|mut peer| async move {
        peer.one_byte().await;
        peer.send(&[0x15, 3, 1, 0, 2, 2, 70]).await;
        peer.until_closed().await;
    })
    .await;
    let why =
        unreachable_why(post(&Authority::new("authority").client(), &https(&server, "127.0.0.1")).await);
    assert!(why.contains("must offer TLS 1.2 or 1.3"), "{why}");
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_when_the_client_is_made() {
    let authority = Authority::new("authority");
    let one = authority.issue(&["a.example"], |_| {});
    let other = authority.issue(&["b.example"], |_| {});
    let fault = Tls::default().with_authorities_pem(b"nothing").unwrap_err();
    assert!(matches!(fault, ClientError::Authorities(_)) && fault.to_string().contains("BEGIN CERTIFICATE"));
    let fault = Tls::default().with_identity_pem(b"nothing", one.key.as_bytes()).unwrap_err();
    assert!(matches!(fault, ClientError::Identity(_)), "{fault}");
    let fault = Tls::default().with_identity_pem(one.chain.as_bytes(), b"nothing").unwrap_err();
    assert!(matches!(fault, ClientError::Identity(_)), "{fault}");
    let crossed = Tls::default().with_identity_pem(one.chain.as_bytes(), other.key.as_bytes()).unwrap();
    let fault = Client::with_tls(Policy::default(), crossed, now()).err().expect("crossed keys passed");
    assert!(matches!(fault, ClientError::Identity(_)), "{fault}");
}
