//! `/settings/automation/test-receiver`: the built-in receiver, what it was sent, and a first trigger that leads there.

pub(crate) mod show;
pub(crate) mod ticket;
pub(crate) mod trigger;

use crate::Shared;
use crate::error::Failure;
use crate::pages::webhook_log::request::pretty;
use crate::view::time::Instant;
use crate::view::{Viewer, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use engine::Received;
use model::ids::DeliveryId;

/// The address.
const PATH: &str = "/settings/automation/test-receiver";

/// What was received: the part of the page that is kept up to date.
#[derive(Template)]
#[template(path = "test_receiver/part.html")]
struct Part {
    t: Words,
    requests: Vec<Request>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Part {}

/// A request as the page shows it.
struct Request {
    number: u64,
    at: Instant,
    /// The delivery that it belongs to; none for a test from the form.
    delivery: Option<DeliveryId>,
    head: String,
    body: String,
}

impl Part {
    fn read(app: &Shared, viewer: &Viewer) -> Result<Part, Failure> {
        let received = app.engine.test_requests(&viewer.caller)?;
        let requests = received.iter().map(|one| Request::new(viewer, one)).collect();
        Ok(Part { t: viewer.look.words, requests })
    }
}

impl Request {
    fn new(viewer: &Viewer, received: &Received) -> Request {
        let id = received.head.lines().find_map(|line| line.strip_prefix("webhook-id: "));
        Request {
            number: received.number,
            at: Instant::new(&viewer.look, received.at),
            delivery: id.and_then(|id| id.parse().ok()),
            head: received.head.clone(),
            body: pretty(&received.body),
        }
    }
}
