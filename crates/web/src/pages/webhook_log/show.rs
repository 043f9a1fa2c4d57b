//! `GET /settings/automation/webhook-log/{id}`: one delivery, with everything that explains it.

use super::LOG;
use super::delivery::Delivery;
use super::request::Request;
use super::why::Why;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::sent;
use crate::view::page::wants_part;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};
use model::access_profile::Grant;
use model::ids::DeliveryId;

#[derive(Template)]
#[template(path = "webhook_delivery.html")]
struct Page {
    frame: Frame,
    t: Words,
    id: DeliveryId,
    delivery: Delivery,
    /// None once the change has been removed.
    why: Option<Why>,
    request: Request,
}

/// Shows the delivery, or the part of it that is kept up to date.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<DeliveryId>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let (reader, domain, policy) = (app.engine.reader(), viewer.caller.domain, app.engine.retry_policy());
    let row = store::log::find(&reader, domain, id).await?;
    let row = row.ok_or_else(|| Failure::missing(format_args!("delivery {id}")))?;
    let attempts = store::attempts::of_delivery(&reader, domain, id).await?;
    if wants_part(&headers) {
        return page(&Delivery::new(&app, &viewer, &row, attempts, &policy));
    }
    let payload = store::changes::payload(&reader, domain, row.payload).await?;
    let change = store::changes::find(&reader, domain, row.change).await?;
    let truncated = payload.as_ref().is_some_and(|(_, truncated)| *truncated);
    let sent = sent::headers(&row, &attempts, truncated);
    let body = payload.as_ref().map(|(text, truncated)| (&**text, *truncated));
    let raw = Form::of(uri.query().unwrap_or_default()).text("body") == "raw";
    let t = viewer.look.words;
    let frame = Frame::new(&viewer, format!("{} {id}", t.say("delivery")))
        .under("settings")
        .under("menu-automation")
        .under_page("menu-webhook-log", LOG);
    page(&Page {
        frame,
        t,
        id,
        why: change.and_then(|change| Why::of(&viewer.look, &change, row.trigger)),
        request: Request::new(&row.url, &sent, body, raw),
        delivery: Delivery::new(&app, &viewer, &row, attempts, &policy),
    })
}
