//! `GET /api/v1/changes/{id}/explain?trigger=`: why a trigger did or did not fire for a change.

use super::explanation::ExplanationForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::explained::Explained;
use crate::path::Id;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::ids::{ChangeId, TriggerId};
use model::text;

/// Explain why a trigger did or did not fire
///
/// The trigger's revision of that time is asked again about the change as it was.
#[utoipa::path(get, path = "/api/v1/changes/{id}/explain", operation_id = "explainChange", tag = "changes",
    params(
        ("id" = String, Path, description = "The change."),
        ("trigger" = String, Query, description = "The trigger; it may have been deleted since."),
    ),
    responses(
        (status = 200, description = "Why, or why not.", body = ExplanationForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    Id(id): Id<ChangeId>,
    mut query: Query,
) -> Result<Json<ExplanationForm>, Failure> {
    let trigger: Option<TriggerId> = query.id("trigger");
    query.finish()?;
    let trigger = trigger
        .ok_or_else(|| Failure::fault("trigger", text!("is missing; name the trigger to ask about")))?;
    let (reader, domain) = (app.engine.reader(), caller.domain);
    let change = store::changes::find(&reader, domain, id).await?;
    let change = change.ok_or_else(|| Failure::missing(format_args!("change {id}")))?;
    let form = match Explained::of(&app, domain, &change, trigger).await? {
        Explained::NotMadeYet => {
            ExplanationForm::absent("not_made_yet", "the trigger was made after this change")
        }
        Explained::Deleted => {
            ExplanationForm::absent("deleted", "the trigger had been deleted before this change")
        }
        Explained::Found(explanation) => (*explanation).into(),
    };
    Ok(Json(form))
}
