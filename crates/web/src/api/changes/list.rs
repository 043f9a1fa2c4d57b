//! `GET /api/v1/changes`: what was done to a ticket, or to all.

use crate::Shared;
use crate::api::forms::{ActorForm, NamedTrigger};
use crate::auth::TriggerMaker;
use crate::cursor::Page;
use crate::error::Failure;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use model::change::{Change, Saved};
use model::ids::ChangeId;
use serde::Serialize;
use utoipa::ToSchema;

/// The name under which cursors of this list are made.
const LIST: &str = "changes";

/// A change in one row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeRow)]
pub(crate) struct ChangeRowForm {
    #[schema(value_type = String)]
    id: ChangeId,
    /// The ticket's number.
    ticket: i64,
    /// The ticket's version after it.
    ticket_version: i64,
    at: String,
    actor: ActorForm,
    created: bool,
    deleted: bool,
    /// Ids of the actions that were added.
    actions_added: Vec<i64>,
    /// Ids of the actions that were edited.
    actions_edited: Vec<i64>,
    /// Names of the fields that the save itself changed.
    fields: Vec<&'static str>,
    /// The triggers that fired, in order.
    fired: Vec<NamedTrigger>,
}

impl From<Change> for ChangeRowForm {
    fn from(change: Change) -> Self {
        let fields = match &change.saved {
            Saved::Created(_) => Vec::new(),
            Saved::Updated { delta, .. } => delta.names(),
        };
        let hidden = ["version", "updated_at", "chain_memory", "last_action_id", "agent_action_count"];
        let fired = change.firings.into_iter();
        ChangeRowForm {
            id: change.id,
            ticket: change.ticket_number,
            ticket_version: change.ticket_version,
            at: change.at.to_string(),
            actor: (&change.actor).into(),
            created: change.happenings.created,
            deleted: change.happenings.deleted,
            actions_added: change.happenings.actions_added,
            actions_edited: change.happenings.actions_edited,
            fields: fields.into_iter().filter(|name| !hidden.contains(name)).collect(),
            fired: fired.map(|firing| NamedTrigger { id: firing.trigger, name: firing.name }).collect(),
        }
    }
}

/// List changes
///
/// Newest first; with `ticket` those of one ticket.
#[utoipa::path(get, path = "/api/v1/changes", operation_id = "listChanges", tag = "changes",
    params(
        ("ticket" = Option<i64>, Query, description = "The ticket's number."),
        ("limit" = Option<i64>, Query, description = "Changes of a page, 1 to 100; 50 when absent."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page of changes.", body = Page<ChangeRowForm>),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    TriggerMaker(caller): TriggerMaker,
    mut query: Query,
) -> Result<Json<Page<ChangeRowForm>>, Failure> {
    let ticket = query.ticket("ticket");
    let page = query.page(LIST);
    query.finish()?;
    let reader = app.engine.reader();
    let before = page.after.map_or(ChangeId(i64::MAX), |[id]| ChangeId(id));
    let rows = match ticket {
        Some(number) => {
            store::changes::of_ticket(&reader, caller.domain, number, before, page.rows()).await?
        }
        None => store::changes::newest(&reader, caller.domain, before, page.rows()).await?,
    };
    Ok(Json(Page::of(LIST, rows, page.limit, |change: &Change| [change.id.0], ChangeRowForm::from)))
}
