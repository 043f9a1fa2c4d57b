//! `GET /settings/automation/webhook-log/resend`: how many deliveries of a filter would go out again, and the button.

use super::LOG;
use super::filter::{Asked, query};
use super::part::resendable;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;
use model::delivery::Shown;
use model::wording::Text;
use store::log::RESEND_MAX;

#[derive(Template)]
#[template(path = "webhook_resend.html")]
struct Confirm {
    frame: Frame,
    t: Words,
    count: i64,
    /// As shown.
    shown: String,
    /// More than one pass takes.
    most: bool,
    fields: Vec<(&'static str, String)>,
    url: String,
    trigger: String,
    ticket: Option<i64>,
    since: Option<Instant>,
    until: Option<Instant>,
    back: String,
}

/// Counts and asks.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let mut form = Form::of(uri.query().unwrap_or_default());
    let mut asked = Asked::read(&app, &viewer, &mut form).await?;
    if let Some(fault) = asked.faults.first() {
        return Err(Failure::fault(fault.field, Text::given(&fault.text)));
    }
    asked.filter.status = Some(Shown::Failed);
    let (filter, t) = (&asked.filter, viewer.look.words);
    let count = app.engine.count_resendable(&viewer.caller, filter).await?;
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let url = match filter.endpoint {
        Some(id) => store::endpoints::find(&reader, domain, id).await?.map(|row| row.url),
        None => None,
    };
    let trigger = match filter.trigger {
        Some(id) => store::triggers::revision_at(&reader, domain, id, i64::MAX).await?,
        None => None,
    };
    let fields = form_fields(&query(filter));
    let instant = |at| Instant::new(&viewer.look, at);
    page(&Confirm {
        frame: Frame::new(&viewer, t.say("resend-title"))
            .under("settings")
            .under("menu-automation")
            .under_page("menu-webhook-log", LOG),
        t,
        count,
        shown: resendable(count.min(RESEND_MAX)),
        most: count > RESEND_MAX,
        fields,
        url: url.unwrap_or_default(),
        trigger: trigger.map_or_else(String::new, |revision| revision.draft.name),
        ticket: filter.ticket,
        since: filter.since.map(instant),
        until: filter.until.map(instant),
        back: format!("{LOG}?{}", query(filter)),
    })
}

/// The filter as hidden fields.
fn form_fields(query: &str) -> Vec<(&'static str, String)> {
    let mut form = Form::of(query);
    let names = ["status", "trigger", "endpoint", "ticket", "since", "until"];
    let fields = names.map(|name| (name, form.text(name)));
    fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}
