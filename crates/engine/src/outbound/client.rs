//! The client for real receivers: HTTP/1.1 over a pool of guarded connections.
//! Does not live here: opening them (`connect`), reading answers (`answer`), time limits (`dispatch`).

use model::wording::Text;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Method;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use model::outcome::Outcome;
use rustls::{ClientConfig, RootCertStore};

use super::connect::Connector;
use super::policy::Policy;
use super::tls::Tls;
use super::{Outbound, REPLY_BYTES_MAX, Reply, Request, Target, answer, fault};

/// Tells the time in Unix milliseconds; needed to read a `Retry-After` that is a date.
pub type UnixMillis = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Unused connections kept for one receiver.
const IDLE_PER_RECEIVER_MAX: usize = 128;

/// How long the policy may take to say what it has against a URL.
const OBJECTION_WITHIN: Duration = Duration::from_secs(1);

/// Smallest read buffer that hyper takes, in bytes.
const READ_BUFFER_BYTES_MIN: usize = 8 * 1024;

/// Headers for which hyper needs no allocation of its own.
const HEADERS_ON_STACK: usize = 100;

/// Makes real calls. One of them serves all endpoints but those with a CA or a client certificate of their
/// own.
pub struct Client {
    pool: ArcSwap<Pool>,
    /// The same for answers of any size.
    asking: ArcSwap<Pool>,
    tls: Arc<ClientConfig>,
    now: UnixMillis,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The CA certificates are of no use.
    #[error("the CA certificates cannot be used: {0}")]
    Authorities(String),
    /// The client certificate or its key is of no use.
    #[error("the client certificate cannot be used: {0}")]
    Identity(String),
    /// TLS as a whole is.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// Open connections together with the policy that they were opened under.
struct Pool {
    http: legacy::Client<Connector, Full<Bytes>>,
    connector: Connector,
    policy: Arc<Policy>,
}

impl Client {
    /// Trusts what this machine trusts.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(policy: Policy, now: UnixMillis) -> Result<Client, ClientError> {
        Client::with_tls(policy, Tls::default(), now)
    }

    /// Trusts these authorities, and only these.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn with_roots(policy: Policy, roots: RootCertStore, now: UnixMillis) -> Result<Client, ClientError> {
        Client::with_tls(policy, Tls::default().with_roots(roots), now)
    }

    /// For endpoints with their own CA or client certificate: connections are not shared between clients.
    ///
    /// # Errors
    /// When TLS cannot be set up, as when a private key does not belong to its certificate.
    pub fn with_tls(policy: Policy, tls: Tls, now: UnixMillis) -> Result<Client, ClientError> {
        let tls = tls.into_config()?;
        let asking = ArcSwap::from_pointee(Pool::new(wide(&policy), tls.clone()));
        let pool = ArcSwap::from_pointee(Pool::new(policy, tls.clone()));
        Ok(Client { pool, asking, tls, now })
    }

    /// Calls from now on follow this policy, over new connections. Unused connections close; calls that are
    /// open end as they began.
    pub fn set_policy(&self, policy: Policy) {
        self.asking.store(Arc::new(Pool::new(wide(&policy), self.tls.clone())));
        self.pool.store(Arc::new(Pool::new(policy, self.tls.clone())));
    }
}

/// The policy for answers that are asked for.
fn wide(policy: &Policy) -> Policy {
    Policy { answer_body_bytes_max: REPLY_BYTES_MAX, ..policy.clone() }
}

/// A POST as it goes over the wire.
fn post(request: Request) -> (http::Request<Full<Bytes>>, Arc<Target>) {
    let Request { target, mut headers, body } = request;
    // How long the body is follows from the body; a second opinion would split the stream of requests.
    headers.remove(CONTENT_LENGTH);
    headers.remove(TRANSFER_ENCODING);
    headers.insert(HOST, target.host_header().clone());
    let mut post = http::Request::new(Full::new(body));
    *post.method_mut() = Method::POST;
    *post.uri_mut() = target.uri().clone();
    *post.headers_mut() = headers;
    (post, target)
}

impl Pool {
    #[expect(clippy::disallowed_methods, reason = "this is the one HTTP client, behind the address guard")]
    fn new(policy: Policy, tls: Arc<ClientConfig>) -> Pool {
        let policy = Arc::new(policy);
        let mut builder = legacy::Client::builder(TokioExecutor::new());
        builder
            // Sound for a POST: hyper hands a request back only while none of it has been written, because
            // the pooled connection it was meant for had closed before taking it. Once a byte may have left,
            // the call fails and is never repeated here.
            .retry_canceled_requests(true)
            .set_host(false)
            // An unused connection past this age is never used again, and closes within another such span.
            .pool_idle_timeout(policy.idle)
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE_PER_RECEIVER_MAX)
            .http1_max_buf_size(policy.answer_head_bytes_max.max(READ_BUFFER_BYTES_MIN));
        if policy.headers_max > HEADERS_ON_STACK {
            builder.http1_max_headers(policy.headers_max);
        }
        let connector = Connector::new(policy.clone(), tls);
        Pool { http: builder.build(connector.clone()), connector, policy }
    }
}

impl Outbound for Client {
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome> {
        let (mut post, target) = post(request);
        let connection = capture_connection(&mut post);

        let pool = self.pool.load();
        let answering = pool.http.request(post);
        let policy = pool.policy.clone();
        let now = self.now.clone();
        Box::pin(async move {
            match answering.await {
                Ok(response) => answer::read(response, &connection, &target, &policy, &now).await,
                Err(error) => fault::outcome(&error, &target),
            }
        })
    }

    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Text>> {
        let (post, target) = post(request);
        let answering = self.asking.load().http.request(post);
        Box::pin(async move {
            match answering.await {
                Ok(response) => answer::read_whole(response, &target).await,
                Err(error) => match fault::outcome(&error, &target) {
                    Outcome::Blocked { why } | Outcome::Unreachable { why } => Err(why),
                    other => Err(model::delivery::error_text(&other, &Default::default())),
                },
            }
        })
    }

    fn objection(&self, url: &str) -> BoxFuture<'static, Option<Text>> {
        let connector = self.pool.load().connector.clone();
        let target = Target::parse(url);
        Box::pin(async move {
            match target {
                // A name that takes long to resolve must not keep whoever saves a trigger waiting.
                Ok(target) => {
                    tokio::time::timeout(OBJECTION_WITHIN, connector.objection(target.uri())).await.ok()?
                }
                Err(fault) => Some(fault.text()),
            }
        })
    }
}
