//! `DELETE /api/v1/tickets/{number}/counterpart`: parts a ticket from its counterpart.

use crate::Shared;
use crate::auth::ByKey;
use crate::body::NoBody;
use crate::error::Failure;
use crate::path::Id;
use crate::query::Query;
use axum::extract::State;
use http::StatusCode;
use model::access_profile::Grant;
use model::ids::IntegrationId;
use model::text;
use std::num::NonZeroU32;

/// Part a ticket from its counterpart
///
/// On both sides: neither follows the other one any more. The link of an integration that was removed goes as well.
#[utoipa::path(delete, path = "/api/v1/tickets/{number}/counterpart", operation_id = "removeCounterpart", tag = "integrations",
    params(
        ("number" = i64, Path, description = "The ticket's number."),
        ("integration" = String, Query, description = "By which integration."),
    ),
    responses(
        (status = 204, description = "Parted."),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(number): Id<NonZeroU32>,
    mut query: Query,
    _: NoBody,
) -> Result<StatusCode, Failure> {
    caller.require(Grant::AllowWritingTickets)?;
    let integration = query.text("integration").unwrap_or_default();
    query.finish()?;
    let integration: IntegrationId = integration
        .parse()
        .map_err(|_| Failure::fault("integration", text!("must be the id of an integration")))?;
    app.engine.remove_counterpart(&caller, number.get().into(), integration).await?;
    Ok(StatusCode::NO_CONTENT)
}
