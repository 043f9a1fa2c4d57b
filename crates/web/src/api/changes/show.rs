//! `GET /api/v1/changes/{id}`: one change with all that followed from it.

use super::detail::ChangeForm;
use crate::Shared;
use crate::auth::TriggerMaker;
use crate::error::Failure;
use crate::path::Id;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use model::ids::ChangeId;

/// Read a change
///
/// The ticket before and after, what differs, who did it, which triggers fired and why, and the deliveries.
#[utoipa::path(get, path = "/api/v1/changes/{id}", operation_id = "getChange", tag = "changes",
    params(("id" = String, Path, description = "The change.")),
    responses(
        (status = 200, description = "The change.", body = ChangeForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    Id(id): Id<ChangeId>,
    _: NoQuery,
) -> Result<Json<ChangeForm>, Failure> {
    let (reader, domain) = (app.engine.reader(), caller.domain);
    let change = store::changes::find(&reader, domain, id).await?;
    let change = change.ok_or_else(|| Failure::missing(format_args!("change {id}")))?;
    let deliveries = store::log::of_change(&reader, domain, id).await?;
    Ok(Json(ChangeForm::new(&change, deliveries)))
}
