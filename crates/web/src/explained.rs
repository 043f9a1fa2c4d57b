//! Why a trigger did or did not fire for a change: its revision of that time is asked again. The API and the pages say it
//! each in its own way.

use crate::Shared;
use crate::error::Failure;
use model::change::Change;
use model::explain::{Asked, Explanation, explain};
use model::ids::{DomainId, TriggerId};

/// What is known of a trigger and a change.
pub(crate) enum Explained {
    /// The trigger was made after the change.
    NotMadeYet,
    /// The trigger had been deleted before the change.
    Deleted,
    /// What it made of the change.
    Found(Box<Explanation>),
}

impl Explained {
    /// Asks a trigger about a change of its domain.
    ///
    /// # Errors
    /// 404 for a trigger that never was; as the database says.
    pub(crate) async fn of(
        app: &Shared,
        domain: DomainId,
        change: &Change,
        trigger: TriggerId,
    ) -> Result<Self, Failure> {
        let reader = app.engine.reader();
        let then = store::triggers::revision_at(&reader, domain, trigger, change.config_revision).await?;
        let Some(then) = then else {
            let now = store::triggers::revision_at(&reader, domain, trigger, i64::MAX).await?;
            now.ok_or_else(|| Failure::missing(format_args!("trigger {trigger}")))?;
            return Ok(Explained::NotMadeYet);
        };
        if then.deleted {
            return Ok(Explained::Deleted);
        }
        let asked = Asked {
            trigger,
            revision: then.revision,
            position: then.position,
            enabled: then.draft.enabled,
            conditions: &then.draft.conditions,
            managed_by: app.engine.keeper_of(domain, trigger).map(|(keeper, _)| keeper),
        };
        Ok(Explained::Found(Box::new(explain(change, asked))))
    }
}
