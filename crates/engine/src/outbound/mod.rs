//! The way out: one POST to one receiver, behind the address guard. What the receiver did comes back as data.
//! Does not live here: the limits of 3 s and 2 min, retries and slots (`dispatch`), what follows from an
//! outcome (model `delivery`), signatures (`signing`), the receiver inside this process (`test_receiver`).

mod answer;
mod client;
mod connect;
mod fault;
pub mod guard;
mod objects;
mod policy;
mod stream;
mod target;
mod tls;

use model::wording::Text;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::outcome::Outcome;

pub use client::{Client, ClientError, UnixMillis};
pub use guard::{Reason, Refusal};
pub(crate) use objects::Objects;
pub use policy::Policy;
pub use target::{Target, URL_BYTES_MAX, UrlFault, parse_url};
pub use tls::Tls;

/// One call to make; always a POST.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to; parsed once per endpoint and shared by its calls.
    pub target: Arc<Target>,
    /// Sent as they are. `Host`, `Content-Length` and `Transfer-Encoding` are replaced: they follow from the
    /// target and the body.
    pub headers: http::HeaderMap,
    /// The exact bytes to send.
    pub body: bytes::Bytes,
}

/// A whole answer of a server that is asked something, such as another Gatilho.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status of the answer.
    pub status: u16,
    /// Its body, at most [`REPLY_BYTES_MAX`].
    pub body: bytes::Bytes,
}

/// Bytes of a reply, at most.
pub const REPLY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Makes calls. Abstract, since the dispatcher's tests need receivers that are not on a network.
pub trait Outbound: Send + Sync + 'static {
    /// Makes one POST and never fails: what the receiver did is data.
    ///
    /// Knows no time limit. Whoever calls decides how long to wait, and drops the future to cut the call; the
    /// connection is then closed.
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome>;

    /// Makes one POST for the sake of its answer, whatever that is made of.
    ///
    /// # Errors
    /// Why there is no whole answer, in words.
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Text>> {
        let call = self.call(request);
        Box::pin(async move {
            match call.await {
                Outcome::Answered(answer) => Ok(Reply { status: answer.status, body: answer.body.into() }),
                other => Err(model::delivery::error_text(&other, &Default::default())),
            }
        })
    }

    /// What a call to this URL would be refused for now, if anything: asked when a trigger is saved.
    fn objection(&self, _url: &str) -> BoxFuture<'static, Option<Text>> {
        Box::pin(std::future::ready(None))
    }
}
