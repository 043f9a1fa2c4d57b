//! What the buttons of the form do: save it, ask the other side, make room for another line, change the conditions.

use super::address;
use super::faults::Faults;
use super::typed::Typed;
use super::view::{Beside, show};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::pages::triggers::builder::{Step, take};
use crate::view::Viewer;
use crate::view::page::go_with_note;
use axum::response::Response;
use engine::Error;
use http::HeaderMap;
use model::access_profile::Grant;
use store::integrations::Half;

/// Answers the form of a new integration, or of one that exists.
pub(super) async fn answer(
    app: &Shared,
    viewer: &Viewer,
    known: Option<&Half>,
    headers: &HeaderMap,
    mut form: Form,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingIntegrations)?;
    let pressed = form.text("do");
    let mut typed = Typed::read(form);
    let mut beside = Beside { part: headers.contains_key("hx-request"), ..Beside::default() };
    if let Some(half) = known {
        // Where the other side is was settled when it was set up.
        typed.url.clone_from(&half.settings.url);
    }
    match pressed.split_once(':') {
        None if pressed == "save" => match save(app, viewer, known, &typed).await {
            Ok(half) => {
                let note = if known.is_none() { "integration-made" } else { "saved" };
                return Ok(go_with_note(&address(half.id), note));
            }
            Err(error) => beside.faults = told(viewer, error)?,
        },
        None if pressed == "check" => match check(app, viewer, known, &typed).await {
            Ok(()) => beside.answers = true,
            Err(error) => beside.faults = told(viewer, error)?,
        },
        None if pressed == "fill" => typed.fill_in(),
        Some(("line", field)) => beside.longer = Some(field.to_owned()),
        _ => beside.focus = change_conditions(&mut typed, &pressed),
    }
    show(app, viewer, known, typed, beside).await
}

/// Does what a button of the conditions says; answers what has the focus then. Others are none of this form.
fn change_conditions(typed: &mut Typed, pressed: &str) -> Option<String> {
    let step = Step::parse(pressed);
    let is_ours = matches!(step, Step::Add(_) | Step::Remove(..) | Step::Field(..) | Step::Show);
    is_ours.then(|| take(&mut typed.draft, step)).flatten()
}

async fn save(
    app: &Shared,
    viewer: &Viewer,
    known: Option<&Half>,
    typed: &Typed,
) -> Result<std::sync::Arc<Half>, Error> {
    let (engine, caller, here) = (&app.engine, &viewer.caller, &app.public_url);
    match known {
        None => engine.create_integration(caller, here, typed.input()).await,
        Some(half) => engine.update_integration(caller, here, half.id, typed.patch(half)).await,
    }
}

/// Asks the other side, with the key that was typed or else with the one that is kept.
async fn check(app: &Shared, viewer: &Viewer, known: Option<&Half>, typed: &Typed) -> Result<(), Error> {
    let (engine, caller, here) = (&app.engine, &viewer.caller, &app.public_url);
    match known {
        Some(half) if typed.key.is_empty() => engine.check_integration(caller, here, half.id).await,
        _ => engine.check_other_side(caller, here, &typed.url, &typed.key).await,
    }
}

/// The faults that a command answered; what is no fault of the form goes on.
fn told(viewer: &Viewer, error: Error) -> Result<Faults, Failure> {
    match error {
        Error::Invalid(faults) => Ok(Faults::new(viewer.look.words, faults)),
        Error::Conflict(why) | Error::Unavailable(why) => Ok(Faults::whole(viewer.look.words.text(&why))),
        error => Err(error.into()),
    }
}
