//! `POST /settings/account/integrations/{id}/delete`: asks, then removes an integration on both sides.

use super::show::{Page, Told};
use super::{PATH, address};
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::path::Id;
use crate::view::page::{go_with_note, page, page_with};
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use http::StatusCode;
use model::ids::IntegrationId;

/// The question.
#[derive(Template)]
#[template(path = "integrations/confirm.html")]
struct Question {
    frame: Frame,
    t: Words,
    name: String,
    action: String,
    back: String,
}

/// Removes it once that is confirmed. When the other side does not answer, it can be removed here alone.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<IntegrationId>,
    form: Form,
) -> Result<Response, Failure> {
    let half = app.engine.integration(&viewer.caller, id)?;
    let (t, back) = (viewer.look.words, address(id));
    if !form.has("confirmed") {
        let mut frame = Frame::new(&viewer, t.one("integration-remove-title", "name", half.name.as_str()))
            .under("settings")
            .under("menu-account")
            .under_page("menu-integrations", PATH)
            .under_named(half.name.clone(), back.clone());
        // This address takes no GET: preferences lead back to the integration.
        frame.path.clone_from(&back);
        return page(&Question { frame, t, name: half.name.clone(), action: format!("{back}/delete"), back });
    }
    match app.engine.delete_integration(&viewer.caller, id, form.has("anyway")).await {
        Ok(()) => Ok(go_with_note(PATH, "integration-removed")),
        Err(Error::Conflict(why)) => {
            let told = Told { text: t.text(&why), here_alone: true };
            page_with(StatusCode::CONFLICT, &Page::read(&app, &viewer, &half, Some(told)).await?)
        }
        Err(error) => Err(error.into()),
    }
}
