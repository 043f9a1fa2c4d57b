//! `GET /settings/automation/webhook-log`: the execution log.

use super::chart::Chart;
use super::filter::{Asked, statuses};
use super::part::{Part, Place};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::mask::mask_url;
use crate::view::page::wants_part;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};
use model::access_profile::Grant;
use model::ids::EndpointId;

/// Triggers and receivers to choose from in the filters; past it the receiver is typed.
const CHOICES: usize = 200;

#[derive(Template)]
#[template(path = "webhook_log.html")]
struct Log {
    frame: Frame,
    t: Words,
    asked: Asked,
    statuses: Vec<(&'static str, String, bool)>,
    triggers: Vec<Choice>,
    endpoints: Vec<Choice>,
    /// There are more receivers than can be chosen from: the URL may be typed.
    types_url: bool,
    chart: Option<Chart>,
    /// None while a filter is at fault.
    part: Option<Part>,
}

/// Something to choose.
struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// Shows the log, or the part of it that is kept up to date.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let mut form = Form::of(uri.query().unwrap_or_default());
    let asked = Asked::read(&app, &viewer, &mut form).await?;
    let place = Place::read(&mut form);
    let part = match asked.faults.is_empty() {
        true => Some(Part::read(&app, &viewer, &asked, place).await?),
        false => None,
    };
    match part {
        Some(part) if wants_part(&headers) => page(&part),
        part => whole(&app, &viewer, asked, part).await,
    }
}

async fn whole(app: &Shared, viewer: &Viewer, asked: Asked, part: Option<Part>) -> Result<Response, Failure> {
    let t = viewer.look.words;
    let is_day = part.is_some() && !asked.is_narrow();
    let chart = if is_day { Chart::read(app, viewer).await? } else { None };
    let endpoints = endpoints(app, viewer, &asked).await?;
    page(&Log {
        frame: Frame::new(viewer, t.say("menu-webhook-log")).under("settings").under("menu-automation"),
        t,
        statuses: statuses(t, &asked.filter),
        triggers: triggers(app, viewer, &asked).await?,
        types_url: endpoints.len() > CHOICES || !asked.fault_of("url").is_empty(),
        endpoints,
        asked,
        chart,
        part,
    })
}

/// The first triggers, and the one that is chosen though it is not among them.
async fn triggers(app: &Shared, viewer: &Viewer, asked: &Asked) -> Result<Vec<Choice>, Failure> {
    let (reader, domain, chosen) = (app.engine.reader(), viewer.caller.domain, asked.filter.trigger);
    let found = store::triggers::page(&reader, domain, None, CHOICES as i64).await?;
    let mut choices: Vec<Choice> = found
        .into_iter()
        .map(|row| Choice { chosen: chosen == Some(row.id), id: row.id.to_string(), name: row.draft.name })
        .collect();
    if let Some(id) = chosen.filter(|_| !choices.iter().any(|choice| choice.chosen)) {
        // Deleted ones are known by their last revision.
        let last = store::triggers::revision_at(&reader, domain, id, i64::MAX).await?;
        let name = last.map_or_else(|| id.to_string(), |revision| revision.draft.name);
        choices.insert(0, Choice { id: id.to_string(), name, chosen: true });
    }
    Ok(choices)
}

/// The first receivers, one more than can be chosen from if there are more, and the one that is chosen.
async fn endpoints(app: &Shared, viewer: &Viewer, asked: &Asked) -> Result<Vec<Choice>, Failure> {
    let (reader, domain, chosen) = (app.engine.reader(), viewer.caller.domain, asked.filter.endpoint);
    let mut found = store::endpoints::page(&reader, domain, EndpointId(i64::MIN), CHOICES as i64 + 1).await?;
    if let Some(id) = chosen.filter(|id| !found.iter().any(|row| row.id == *id)) {
        found.extend(store::endpoints::find(&reader, domain, id).await?);
    }
    let choice = |row: store::endpoints::EndpointRow| Choice {
        chosen: chosen == Some(row.id),
        id: row.id.to_string(),
        name: mask_url(&row.url),
    };
    Ok(found.into_iter().map(choice).collect())
}
