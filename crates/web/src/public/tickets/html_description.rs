//! `GET /public/v1/tickets/htmldescription?id=&actionId=`: an action's description as HTML.

use crate::Shared;
use crate::auth::ByToken;
use crate::error::Failure;
use crate::public::number_of;
use axum::Json;
use axum::extract::State;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

/// A description.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicHtmlDescription)]
pub(crate) struct HtmlForm {
    /// The action's.
    id: i64,
    /// HTML that is safe to show.
    description: String,
}

/// Read an action's description as HTML
///
/// It was cleaned when it was written: no scripts, no styles, no addresses that run.
#[utoipa::path(get, path = "/public/v1/tickets/htmldescription", operation_id = "publicGetHtmlDescription",
    tag = "public",
    params(
        ("id" = i64, Query, description = "The ticket's number."),
        ("actionId" = i64, Query, description = "The action."),
    ),
    responses(
        (status = 200, description = "The description.", body = HtmlForm),
    ),
    security(("token" = [])))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByToken(caller): ByToken,
    uri: Uri,
) -> Result<Json<HtmlForm>, Failure> {
    let query = uri.query().unwrap_or_default();
    let (ticket, id) = (number_of(query, "id")?, number_of(query, "actionId")?);
    let action = app.engine.find_action(&caller, ticket, id).await?;
    Ok(Json(HtmlForm { id, description: action.html_description }))
}
