//! The form of an integration as it is shown: with its faults, the choices there are, and the builder for its conditions.

use super::faults::Faults;
use super::mapping::RuleView;
use super::typed::Typed;
use super::{PATH, address};
use crate::Shared;
use crate::api::definitions::form::DefinitionsForm;
use crate::error::Failure;
use crate::pages::tickets::choices::agents_of;
use crate::pages::triggers::builder::{Builder, Control, Doing, Extras, Teller, build, people};
use crate::view::choices::Choice;
use crate::view::page::page_with;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use model::integration::Crossing;
use store::integrations::Half;

/// What the form is shown with besides what was typed.
#[derive(Default)]
pub(super) struct Beside {
    /// What is wrong.
    pub(super) faults: Faults,
    /// The other side was asked and answers.
    pub(super) answers: bool,
    /// What has the focus next.
    pub(super) focus: Option<String>,
    /// The field whose rule gets room for another line.
    pub(super) longer: Option<String>,
    /// Only the form itself is wanted.
    pub(super) part: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "integrations/form.html")]
struct Page {
    frame: Frame,
    t: Words,
    b: Builder,
    f: Fields,
}

/// The form alone, for exchanges within the page.
#[derive(Template)]
#[template(path = "integrations/fields.html")]
struct Part {
    t: Words,
    b: Builder,
    f: Fields,
}

/// A happening that may be chosen.
struct Tick {
    word: &'static str,
    label: String,
    on: bool,
}

/// The fields.
struct Fields {
    typed: Typed,
    is_new: bool,
    /// It was set up here, so that its key is kept here.
    made_here: bool,
    events: Vec<Tick>,
    rules: Vec<RuleView>,
    agents: Vec<Choice>,
    /// There are more agents than can be chosen from.
    types_agent: bool,
    faults: Faults,
    answers: bool,
    /// The conditions were written by somebody.
    own_conditions: bool,
    cancel: String,
}

/// Shows the form of an integration; of a new one when there is none.
pub(super) async fn show(
    app: &Shared,
    viewer: &Viewer,
    known: Option<&Half>,
    typed: Typed,
    beside: Beside,
) -> Result<Response, Failure> {
    let t = viewer.look.words;
    let status =
        if beside.faults.is_empty() || beside.part { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let words = app.engine.classification(viewer.caller.domain);
    let (agents, types_agent) = agents_of(app, viewer, &typed.author).await?;
    let action = known.map_or_else(|| format!("{PATH}/new"), |half| format!("{}/edit", address(half.id)));
    let builder = builder(app, viewer, &action, &typed, &beside).await?;
    let fields = Fields {
        is_new: known.is_none(),
        made_here: known.is_none_or(|half| half.settings.made_here),
        events: Crossing::ALL.map(|event| tick(t, event, &typed.events)).into(),
        rules: typed.mapping.view(t, &words, beside.longer.as_deref(), &beside.faults),
        agents,
        types_agent,
        faults: beside.faults,
        answers: beside.answers,
        own_conditions: !typed.is_filled_in(),
        cancel: known.map_or_else(|| PATH.to_owned(), |half| address(half.id)),
        typed,
    };
    if beside.part {
        return page_with(status, &Part { t, b: builder, f: fields });
    }
    let title = known.map_or_else(
        || t.say("integration-new"),
        |half| t.one("integration-edit-title", "name", half.name.as_str()),
    );
    let mut frame = Frame::new(viewer, title)
        .under("settings")
        .under("menu-account")
        .under_page("menu-integrations", PATH);
    if let Some(half) = known {
        frame = frame.under_named(half.name.clone(), address(half.id));
    }
    page_with(status, &Page { frame, t, b: builder, f: fields })
}

fn tick(t: Words, event: Crossing, chosen: &[Crossing]) -> Tick {
    Tick {
        word: event.word(),
        label: t.say(&format!("crossing-{}", event.word())),
        on: chosen.contains(&event),
    }
}

/// The builder with the conditions; what the trigger does is to tell the other side.
async fn builder(
    app: &Shared,
    viewer: &Viewer,
    action: &str,
    typed: &Typed,
    beside: &Beside,
) -> Result<Builder, Failure> {
    let mut draft = typed.draft.clone();
    draft.actions = vec![Doing { kind: "webhook".into(), members: vec![("url".into(), typed.url.clone())] }];
    let definitions = DefinitionsForm::of(&app.engine.classification(viewer.caller.domain));
    let people = people(app, viewer, &draft, &definitions).await?;
    let teller = Teller { t: viewer.look.words, definitions: &definitions, people: &people };
    let extras =
        Extras { faults: beside.faults.builder.clone(), focus: beside.focus.clone(), ..Extras::default() };
    Ok(build(teller, action.to_owned(), draft, extras))
}
