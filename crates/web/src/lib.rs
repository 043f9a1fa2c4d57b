//! Knows requests and HTML: the native API (`api`), the public one (`public`), what probes ask (`probes`), the pages
//! (`pages`, `view`), and what all of them share: who asks, how bodies and queries are read, how refusals look.
//! Not here: deciding and writing (engine), SQL (store), listening on a socket (gatilho).

mod api;
mod auth;
mod body;
mod cursor;
mod error;
mod explained;
mod face;
mod files;
mod form;
mod health;
mod inside;
mod integrations;
mod mask;
mod members;
mod names;
mod observe;
mod openapi;
mod pages;
mod path;
mod probes;
mod public;
mod query;
mod routes;
mod sent;
mod text;
mod view;

use std::sync::Arc;

use engine::Engine;
use ipnet::IpNet;

pub use inside::Inside;
pub use mask::{mask_text, mask_url};
pub use openapi::document;
pub use pages::PAGES;
pub use routes::{Needs, ROUTES, Route};

/// What every request is answered with.
#[derive(Clone)]
pub struct App {
    /// Decides and writes.
    pub engine: Engine,
    /// How others reach this server, without a slash at its end; what the API's description names. May be empty.
    pub public_url: String,
    /// Bytes that a request's body may have.
    pub body_bytes_max: usize,
    /// Networks of reverse proxies: what they say of where a request comes from is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Milliseconds after its last change from which on a ticket is past: the public API's list of tickets leaves it out,
    /// and the one of past tickets has it. 0 for never.
    pub past_after_ms: i64,
}

impl App {
    /// Whether people reach this server over HTTPS.
    fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The application as requests share it.
type Shared = Arc<App>;

/// Everything that this server answers.
pub fn router(app: App) -> axum::Router {
    let app: Shared = Arc::new(app);
    routes::table()
        .merge(pages::table())
        .fallback(path::not_found)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), observe::observe))
        .with_state(app)
}
