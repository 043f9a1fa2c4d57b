//! The builder's page and what it answers to its form: saved and led on, or shown again with what a button did.

use super::LIST;
use super::builder::{
    Builder, Control, Draft, Extras, Faults, Step, Teller, Trial, Tried, build, people, take, whole,
};
use crate::Shared;
use crate::api::definitions::form::DefinitionsForm;
use crate::error::Failure;
use crate::form::Form;
use crate::pages::integrations::keeper::Keeper;
use crate::view::page::{go_with_note, page_with};
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::response::Response;
use engine::Error;
use http::{HeaderMap, StatusCode};
use model::access_profile::Grant;
use model::trigger::Trigger;

/// The page.
#[derive(Template)]
#[template(path = "triggers/edit.html")]
struct Page {
    frame: Frame,
    t: Words,
    b: Builder,
    /// The id of a trigger that exists, and whether it runs.
    saved: Option<(String, bool)>,
    /// The integration that keeps it.
    keeper: Option<Keeper>,
}

/// The form alone, for exchanges within the page.
#[derive(Template)]
#[template(path = "triggers/builder.html")]
struct Part {
    t: Words,
    b: Builder,
}

/// The address of a trigger's page.
pub(super) fn address(trigger: Option<&Trigger>) -> String {
    trigger.map_or_else(|| format!("{LIST}/new"), |trigger| format!("{LIST}/{}", trigger.id))
}

/// Shows the page with a draft.
pub(super) async fn show(
    app: &Shared,
    viewer: &Viewer,
    trigger: Option<&Trigger>,
    draft: Draft,
    extras: Extras,
) -> Result<Response, Failure> {
    let status = if extras.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let definitions = definitions(app, viewer);
    let people = people(app, viewer, &draft, &definitions).await?;
    let t = viewer.look.words;
    let teller = Teller { t, definitions: &definitions, people: &people };
    let b = build(teller, address(trigger), draft, extras);
    let title = trigger.map_or_else(|| t.say("trigger-new"), |trigger| trigger.draft.name.clone());
    let frame = Frame::new(viewer, title)
        .under("settings")
        .under("menu-automation")
        .under_page("menu-triggers", LIST);
    let keeper = trigger.and_then(|trigger| Keeper::of(app, viewer, trigger.id));
    let saved = trigger.map(|trigger| (trigger.id.to_string(), trigger.draft.enabled));
    page_with(status, &Page { frame, t, b, saved, keeper })
}

/// Answers the form of a new trigger, or of one that exists.
pub(super) async fn answer(
    app: &Shared,
    viewer: &Viewer,
    trigger: Option<&Trigger>,
    headers: &HeaderMap,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let step = Step::parse(&form.text("do"));
    let mut draft = Draft::read(&form);
    let mut extras = Extras::default();
    if step == Step::Save {
        match save(app, viewer, trigger, &draft).await? {
            Ok(response) => return Ok(response),
            Err(faults) => extras.faults = faults,
        }
    }
    extras.focus = take(&mut draft, step);
    if let Step::Receiver(at) = step
        && let Some(webhook) = draft.actions.get_mut(at)
    {
        webhook.set("url", app.engine.test_receiver_url(&viewer.caller)?);
    }
    if matches!(step, Step::Body | Step::Changes | Step::Send(_)) {
        match tried(app, viewer, trigger, &draft, step).await? {
            Ok(tried) => extras.tried = tried,
            Err(faults) => {
                let status = viewer.look.words.say("changes-need-conditions");
                extras.tried = Tried { status, bad: true, ..Tried::default() };
                extras.faults = faults;
            }
        }
    }
    if !headers.contains_key("hx-request") {
        return show(app, viewer, trigger, draft, extras).await;
    }
    let definitions = definitions(app, viewer);
    let people = people(app, viewer, &draft, &definitions).await?;
    let t = viewer.look.words;
    let teller = Teller { t, definitions: &definitions, people: &people };
    page(&Part { t, b: build(teller, address(trigger), draft, extras) })
}

/// Saves a draft and leads to its page; or says what is wrong with it.
async fn save(
    app: &Shared,
    viewer: &Viewer,
    trigger: Option<&Trigger>,
    draft: &Draft,
) -> Result<Result<Response, Faults>, Failure> {
    let json = whole(draft, &definitions(app, viewer));
    let saved = match trigger {
        None => app.engine.create_trigger(&viewer.caller, &json).await,
        Some(trigger) => app.engine.update_trigger(&viewer.caller, trigger.id, &json).await,
    };
    match saved {
        Ok(saved) => {
            let note = if saved.warnings.is_empty() { "trigger-saved" } else { "trigger-warned" };
            Ok(Ok(go_with_note(&address(Some(&saved.trigger)), note)))
        }
        Err(Error::Invalid(faults)) => Ok(Err(Faults::new(viewer.look.words, &faults))),
        Err(error) => Err(error.into()),
    }
}

/// Tries a draft; the inner error says what is wrong with its conditions.
async fn tried(
    app: &Shared,
    viewer: &Viewer,
    trigger: Option<&Trigger>,
    draft: &Draft,
    step: Step,
) -> Result<Result<Tried, Faults>, Failure> {
    let definitions = definitions(app, viewer);
    let people = people(app, viewer, draft, &definitions).await?;
    let teller = Teller { t: viewer.look.words, definitions: &definitions, people: &people };
    let position = trigger.map_or(i64::MAX, |trigger| trigger.position);
    let trial = Trial { app, viewer, teller, position };
    match step {
        Step::Body => trial.body(draft).await.map(Ok),
        Step::Send(at) => trial.send(draft, at).await.map(Ok),
        _ => trial.changes(draft).await,
    }
}

fn definitions(app: &Shared, viewer: &Viewer) -> DefinitionsForm {
    DefinitionsForm::of(&app.engine.classification(viewer.caller.domain))
}
