//! The way to this server's own receivers: a call to its public URL stays inside the process, without a socket. Only what
//! halves of integrations say to one another is reached so; everything else takes the way out, and its guard.

use axum::Router;
use axum::body::{Body, to_bytes};
use engine::outbound::{Outbound, REPLY_BYTES_MAX, Reply, Request, Target};
use futures_util::future::BoxFuture;
use model::outcome::{Answer, Outcome};
use model::wording::Text;
use std::sync::{Arc, PoisonError, RwLock};
use tower_service::Service;

/// Bytes of an answer that the log keeps.
const KEPT_BYTES_MAX: usize = 64 * 1024;

/// An [`Outbound`] that knows the way inside.
pub struct Inside {
    /// The public URL in its normal form, without a slash at its end.
    public_url: String,
    router: RwLock<Option<Router>>,
    out: Arc<dyn Outbound>,
}

impl Inside {
    /// Goes out by `out`, but for what begins with this URL.
    pub fn new(public_url: &str, out: Arc<dyn Outbound>) -> Arc<Inside> {
        let normal = Target::parse(public_url).map(|target| target.url().to_string()).unwrap_or_default();
        let public_url = normal.trim_end_matches('/').to_owned();
        Arc::new(Inside { public_url, router: RwLock::default(), out })
    }

    /// From now on there is somebody inside.
    pub fn open(&self, router: Router) {
        *self.router.write().unwrap_or_else(PoisonError::into_inner) = Some(router);
    }

    /// Nobody is inside any more.
    pub fn close(&self) {
        *self.router.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The path of a URL that is reached inside.
    fn path<'u>(&self, url: &'u str) -> Option<&'u str> {
        let path = url.strip_prefix(&self.public_url).filter(|_| !self.public_url.is_empty())?;
        (path.starts_with("/integrations/") || path == "/api/v1/integrations/halves").then_some(path)
    }

    /// The request as a router takes it, if it is reached inside.
    fn inner(&self, request: &Request) -> Option<(Router, http::Request<Body>)> {
        let path = self.path(request.target.url().as_str())?;
        let router = self.router.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let mut inner = http::Request::post(path).body(Body::from(request.body.clone())).ok()?;
        *inner.headers_mut() = request.headers.clone();
        Some((router, inner))
    }
}

async fn answered((mut router, request): (Router, http::Request<Body>)) -> Result<Reply, Text> {
    let Ok(response) = router.call(request).await;
    let (head, body) = response.into_parts();
    let body = to_bytes(body, REPLY_BYTES_MAX).await.map_err(|error| Text::given(error.to_string()))?;
    Ok(Reply { status: head.status.as_u16(), body })
}

impl Outbound for Inside {
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome> {
        let Some(inner) = self.inner(&request) else { return self.out.call(request) };
        Box::pin(async move {
            match answered(inner).await {
                Ok(reply) => {
                    let mut body = String::from_utf8_lossy(&reply.body).into_owned();
                    let body_truncated = body.len() > KEPT_BYTES_MAX;
                    body.truncate(body.floor_char_boundary(KEPT_BYTES_MAX));
                    Outcome::Answered(Answer {
                        status: reply.status,
                        head: String::new(),
                        body,
                        body_truncated,
                        retry_after_ms: None,
                        location: None,
                    })
                }
                Err(why) => Outcome::Unreachable { why },
            }
        })
    }

    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Text>> {
        match self.inner(&request) {
            Some(inner) => Box::pin(answered(inner)),
            None => self.out.ask(request),
        }
    }

    fn objection(&self, url: &str) -> BoxFuture<'static, Option<Text>> {
        let normal = Target::parse(url).map(|target| target.url().to_string()).unwrap_or_default();
        // A server that is linked with itself is named by its URL alone.
        let is_own = normal.trim_end_matches('/') == self.public_url && !self.public_url.is_empty();
        match is_own || self.path(&normal).is_some() {
            true => Box::pin(std::future::ready(None)),
            false => self.out.objection(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nowhere;

    impl Outbound for Nowhere {
        fn call(&self, _: Request) -> BoxFuture<'static, Outcome> {
            Box::pin(std::future::ready(Outcome::Unreachable { why: Text::given("out") }))
        }
    }

    #[test]
    fn only_what_halves_say_stays_inside() {
        let inside = Inside::new("https://Desk.example/", Arc::new(Nowhere));
        let path = |url: &str| inside.path(url).map(str::to_owned);
        assert_eq!(path("https://desk.example/integrations/x/ask").as_deref(), Some("/integrations/x/ask"));
        for url in [
            "https://desk.example/api/v1/keys",
            "https://desk.example.evil/integrations/x/ask",
            "http://desk.example/integrations/x/ask",
            "https://desk.example/metrics",
        ] {
            assert_eq!(path(url), None, "{url}");
        }
        assert_eq!(Inside::new("", Arc::new(Nowhere)).path("/integrations/x"), None);
    }
}
