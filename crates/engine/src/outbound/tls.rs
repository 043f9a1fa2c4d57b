//! What a call over TLS trusts, and the certificate it shows when asked. Always verified: there is no switch.
//! Does not live here: the handshake (`connect`), which endpoint has which certificate (`send`).

use std::sync::Arc;

use rustls::client::ClientConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ConfigBuilder, RootCertStore, client::WantsClientCert};

use super::ClientError;

/// Trust and identity of one client. The default trusts what this machine trusts and shows no certificate.
#[derive(Debug, Default)]
pub struct Tls {
    authorities: Option<RootCertStore>,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Tls {
    /// Trusts these authorities, and only these.
    pub fn with_roots(mut self, roots: RootCertStore) -> Tls {
        self.authorities = Some(roots);
        self
    }

    /// Trusts the certificates of a PEM text, and only these.
    ///
    /// # Errors
    /// When the text holds no certificate, or one that cannot be read.
    pub fn with_authorities_pem(self, pem: &[u8]) -> Result<Tls, ClientError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(pem).map_err(ClientError::Authorities)? {
            roots.add(certificate).map_err(|error| ClientError::Authorities(error.to_string()))?;
        }
        Ok(self.with_roots(roots))
    }

    /// Shows a client certificate: its chain, leaf first, and its private key, both as PEM text.
    ///
    /// # Errors
    /// When either cannot be read. Whether they belong together shows when the client is made.
    pub fn with_identity_pem(mut self, chain: &[u8], key: &[u8]) -> Result<Tls, ClientError> {
        let chain = certificates(chain).map_err(ClientError::Identity)?;
        let key =
            PrivateKeyDer::from_pem_slice(key).map_err(|error| ClientError::Identity(error.to_string()))?;
        self.identity = Some((chain, key));
        Ok(self)
    }

    /// The configuration for handshakes: TLS 1.2 or 1.3, HTTP/1.1.
    pub(super) fn into_config(self) -> Result<Arc<ClientConfig>, ClientError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| ClientError::Tls(error.to_string()))?;
        let builder = match self.authorities {
            Some(roots) => builder.with_root_certificates(roots),
            None => match machine_trust(provider) {
                Some(verifier) => builder.dangerous().with_custom_certificate_verifier(verifier),
                None => builder.with_root_certificates(built_in_roots()),
            },
        };
        let mut config = with_identity(builder, self.identity)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn with_identity(
    builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
) -> Result<ClientConfig, ClientError> {
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some((chain, key)) => builder
            .with_client_auth_cert(chain, key)
            .map_err(|error| ClientError::Identity(error.to_string())),
    }
}

/// The trust of the machine; `None` when its store is empty, as in a bare container.
fn machine_trust(provider: Arc<CryptoProvider>) -> Option<Arc<rustls_platform_verifier::Verifier>> {
    match rustls_platform_verifier::Verifier::new(provider) {
        Ok(verifier) => Some(Arc::new(verifier)),
        Err(error) => {
            tracing::warn!(%error, "no certificate authorities on this machine; using the built-in list");
            None
        }
    }
}

fn built_in_roots() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    if certificates.is_empty() {
        return Err("it holds no certificate; it must have a BEGIN CERTIFICATE line".to_owned());
    }
    Ok(certificates)
}
