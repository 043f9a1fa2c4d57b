//! The way to an object store that the operator named: requests of every kind, over the same guarded connections.
//! Its address may be private, since a setting names it and no user of the product; metadata addresses stay shut.
//! Does not live here: what is asked of the store (`files`).

use super::connect::Connector;
use super::policy::Policy;
use super::tls::Tls;
use super::{ClientError, fault};
use async_trait::async_trait;
use http_body_util::BodyExt;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use ipnet::IpNet;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

/// How long the store may take to begin its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// How long an unused connection may be used again.
const IDLE: Duration = Duration::from_secs(20);

/// Makes the calls of an object store.
#[derive(Clone)]
pub(crate) struct Objects(legacy::Client<Connector, HttpRequestBody>);

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Objects")
    }
}

impl Objects {
    /// Trusts what this machine trusts.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    #[expect(clippy::disallowed_methods, reason = "its connector is the guarded one")]
    pub(crate) fn new() -> Result<Objects, ClientError> {
        let everywhere: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        let policy = Policy {
            allow_networks: everywhere.map(|first| IpNet::new_assert(first, 0)).into(),
            // Files are as large as they are; whoever asked for one has bounded it before it was stored.
            answer_body_bytes_max: usize::MAX,
            idle: IDLE,
            ..Policy::default()
        };
        let connector = Connector::new(Arc::new(policy), Tls::default().into_config()?);
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        builder.pool_idle_timeout(IDLE).pool_timer(TokioTimer::new());
        Ok(Objects(builder.build(connector)))
    }
}

impl HttpConnector for Objects {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Objects {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        match tokio::time::timeout(ANSWER_WITHIN, self.0.request(request)).await {
            Ok(Ok(response)) => {
                let broken = |error| HttpError::new(HttpErrorKind::Interrupted, error);
                Ok(response.map(|body| HttpResponseBody::new(body.map_err(broken))))
            }
            Ok(Err(error)) => match fault::connect_words(&error) {
                Some(words) => Err(HttpError::new(HttpErrorKind::Connect, io::Error::other(words))),
                None => Err(HttpError::new(HttpErrorKind::Request, error)),
            },
            Err(late) => Err(HttpError::new(HttpErrorKind::Timeout, late)),
        }
    }
}
