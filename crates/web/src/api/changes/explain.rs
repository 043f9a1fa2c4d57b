//! `GET /api/v1/changes/{id}/explain?trigger=`: why a trigger did or did not fire for a change.

use super::explanation::ExplanationForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::path::Id;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::explain::{Asked, explain};
use model::ids::{ChangeId, TriggerId};

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
    let trigger =
        trigger.ok_or_else(|| Failure::fault("trigger", "is missing; name the trigger to ask about"))?;
    let (reader, domain) = (app.engine.reader(), caller.domain);
    let change = store::changes::find(&reader, domain, id).await?;
    let change = change.ok_or_else(|| Failure::missing(format_args!("change {id}")))?;
    let Some(then) = store::triggers::revision_at(&reader, domain, trigger, change.config_revision).await?
    else {
        let now = store::triggers::revision_at(&reader, domain, trigger, i64::MAX).await?;
        now.ok_or_else(|| Failure::missing(format_args!("trigger {trigger}")))?;
        return Ok(Json(ExplanationForm::absent("not_made_yet", "the trigger was made after this change")));
    };
    if then.deleted {
        return Ok(Json(ExplanationForm::absent(
            "deleted",
            "the trigger had been deleted before this change",
        )));
    }
    let asked = Asked {
        trigger,
        revision: then.revision,
        position: then.position,
        enabled: then.draft.enabled,
        conditions: &then.draft.conditions,
    };
    Ok(Json(explain(&change, asked).into()))
}
