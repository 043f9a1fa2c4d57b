//! `GET /api/v1/sla-agreements`: the SLA agreements of the domain.

use super::form::SlaAgreementForm;
use crate::Shared;
use crate::api::words::page_of;
use crate::auth::ByKey;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::access_profile::Grant;

/// The name under which cursors of this list are made.
const LIST: &str = "sla-agreements";

/// List the SLA agreements
///
/// In the order in which they are asked.
#[utoipa::path(get, path = "/api/v1/sla-agreements", operation_id = "listSlaAgreements", tag = "sla",
    params(
        ("limit" = Option<i64>, Query, description = "Rows of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of SLA agreements.", body = Page<SlaAgreementForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    mut query: Query,
) -> Result<Json<Page<SlaAgreementForm>>, Failure> {
    app.engine.require(&caller, Grant::AllowManagingSla)?;
    let page = query.page(LIST);
    query.finish()?;
    let words = app.engine.classification(caller.domain);
    Ok(Json(page_of(LIST, &page, &words.sla_agreements, SlaAgreementForm::from)))
}
