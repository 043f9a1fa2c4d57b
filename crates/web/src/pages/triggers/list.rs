//! `GET /settings/automation/triggers`: all triggers in the order in which they run.

use super::LIST;
use super::builder::{Draft, Teller};
use crate::Shared;
use crate::api::definitions::form::DefinitionsForm;
use crate::cursor::{self, Page};
use crate::error::Failure;
use crate::form::Form;
use crate::pages::integrations::keeper::Keeper;
use crate::view::frame::Note;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;
use model::ids::TriggerId;
use model::text::fold;
use model::trigger::Trigger;
use model::trigger_action::TriggerAction;
use std::collections::HashMap;
use store::trigger_firings::Fired;

/// Rows of a page.
const ROWS: usize = 50;
/// The name under which cursors of this list are made.
const CURSOR: &str = "triggers-page";

#[derive(Template)]
#[template(path = "triggers/list.html")]
struct Triggers {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    next: Option<String>,
    /// Triggers of the domain.
    total: i64,
    /// What is searched for; empty for nothing.
    search: String,
    /// The address with its query, for coming back to it.
    back: String,
    /// A trigger whose deletion can be undone.
    undo: Option<String>,
}

/// A trigger of the list.
struct Row {
    id: String,
    place: i64,
    name: String,
    enabled: bool,
    sentence: String,
    /// The integration that keeps it.
    keeper: Option<Keeper>,
    times: i64,
    last: Option<Instant>,
}

/// Shows a page of the triggers.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer, uri: Uri) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let mut query = Form::of(uri.query().unwrap_or_default());
    let search = query.text("search").trim().to_owned();
    let cursor = query.text("cursor");
    let after = cursor::read(CURSOR, &cursor).map(|[position, id]| (position, TriggerId(id)));
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let total = store::triggers::count(&reader, domain, None).await?;
    let found = match search.is_empty() {
        true => page_of(&app, &viewer, after).await?,
        false => matching(&app, &viewer, &search, after).await?,
    };
    let key = |(_, trigger): &(i64, Trigger)| [trigger.position, trigger.id.0];
    let Page { items, next_cursor } = Page::of(CURSOR, found, ROWS, key, |row| row);
    let t = viewer.look.words;
    let mut frame = Frame::new(&viewer, t.say("menu-triggers")).under("settings").under("menu-automation");
    if let Ok(place) = query.text("moved").parse::<i64>() {
        let text = t.two("note-moved", "place", place, "total", total);
        frame.note = Some(Note { text, bad: false });
    }
    let undo = query.text("undo").parse::<TriggerId>().ok().map(|id| id.to_string());
    let rows = rows(&app, &viewer, items).await?;
    let back = address(&search, &cursor);
    page(&Triggers { frame, t, rows, next: next_cursor, total, search, back, undo })
}

/// The address of this page, without what was told once.
fn address(search: &str, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("search", search), ("cursor", cursor)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => LIST.to_owned(),
        query => format!("{LIST}?{query}"),
    }
}

/// A page of triggers with their places.
async fn page_of(
    app: &Shared,
    viewer: &Viewer,
    after: Option<(i64, TriggerId)>,
) -> Result<Vec<(i64, Trigger)>, Failure> {
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let before = match after {
        None => 0,
        after => store::triggers::count(&reader, domain, after).await?,
    };
    let found = store::triggers::page(&reader, domain, after, ROWS as i64 + 1).await?;
    Ok((before + 1..).zip(found).collect())
}

/// The triggers whose name or address has the text in it, with their places.
async fn matching(
    app: &Shared,
    viewer: &Viewer,
    search: &str,
    after: Option<(i64, TriggerId)>,
) -> Result<Vec<(i64, Trigger)>, Failure> {
    let all = store::triggers::all(&app.engine.reader(), viewer.caller.domain).await?;
    let wanted = fold(search).into_owned();
    let has = |text: &str| fold(text).contains(&wanted);
    let fits = |trigger: &Trigger| {
        let sends = |action: &TriggerAction| matches!(action, TriggerAction::Webhook { url, .. } if has(url));
        has(&trigger.draft.name) || trigger.draft.actions.iter().any(sends)
    };
    let later = |trigger: &Trigger| after.is_none_or(|after| (trigger.position, trigger.id) > after);
    let found = (1..).zip(all).filter(|(_, trigger)| later(trigger) && fits(trigger));
    Ok(found.take(ROWS + 1).collect())
}

/// The rows with what each does and how often it fired: what is counted so far, and what this node has not written yet.
async fn rows(app: &Shared, viewer: &Viewer, found: Vec<(i64, Trigger)>) -> Result<Vec<Row>, Failure> {
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let ids: Vec<TriggerId> = found.iter().map(|(_, trigger)| trigger.id).collect();
    let fired = store::trigger_firings::find_many(&reader, domain, &ids).await?;
    let fired: HashMap<TriggerId, Fired> = fired.into_iter().collect();
    let definitions = DefinitionsForm::of(&app.engine.classification(domain));
    let people = HashMap::new();
    let teller = Teller { t: viewer.look.words, definitions: &definitions, people: &people };
    let row = |(place, trigger): (i64, Trigger)| {
        let written = fired.get(&trigger.id).copied();
        let unwritten = app.engine.unwritten_firings(&viewer.caller, trigger.id);
        let fired = written.into_iter().chain(unwritten).reduce(Fired::and);
        Row {
            id: trigger.id.to_string(),
            place,
            keeper: Keeper::of(app, viewer, trigger.id),
            sentence: teller.trigger(&Draft::of(&trigger.draft)),
            name: trigger.draft.name,
            enabled: trigger.draft.enabled,
            times: fired.map_or(0, |fired| fired.times),
            last: fired.map(|fired| Instant::new(&viewer.look, fired.last_at)),
        }
    };
    Ok(found.into_iter().map(row).collect())
}
