//! `GET /settings/automation/triggers/{id}`: a trigger in the form.

use super::builder::{Draft, Extras};
use super::form::show;
use crate::Shared;
use crate::error::Failure;
use crate::path::Id;
use crate::view::Viewer;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;
use model::ids::TriggerId;
use model::trigger::Trigger;

/// Shows a trigger as it stands.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<TriggerId>,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let trigger = find(&app, &viewer, id).await?;
    // Asking the guard may mean asking a name server: only right after a save that it had objections to.
    let warnings = match viewer.note.as_deref() {
        Some("trigger-warned") => app.engine.url_warnings(&viewer.caller, &trigger.draft).await?,
        _ => Vec::new(),
    };
    let warnings = warnings.into_iter().map(|warning| viewer.look.words.text(&warning.message)).collect();
    let draft = Draft::of(&trigger.draft);
    show(&app, &viewer, Some(&trigger), draft, Extras { warnings, ..Extras::default() }).await
}

/// The trigger, if the domain has it.
pub(super) async fn find(app: &Shared, viewer: &Viewer, id: TriggerId) -> Result<Trigger, Failure> {
    let found = store::triggers::find(&app.engine.reader(), viewer.caller.domain, id).await?;
    found.ok_or_else(|| Failure::missing(format_args!("trigger {id}")))
}
