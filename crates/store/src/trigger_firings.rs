//! Table `trigger_firings`: how often each trigger fired since it was made, and when last. It is added to by the few
//! seconds, apart from the changes, so that a trigger that fires all the time is no row that all saves wait for.
//! Not here: which changes it fired for, and why (`changes`).

use crate::db::{Query, ReadError, Reader, Step, Value};
use model::ids::{DomainId, TriggerId};
use model::time::Timestamp;

/// Firings of one trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    /// How often.
    pub times: i64,
    /// When last.
    pub last_at: Timestamp,
}

impl Fired {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Fired) -> Fired {
        Fired { times: self.times + other.times, last_at: self.last_at.max(other.last_at) }
    }
}

/// Adds firings to what is known, each trigger named once.
pub fn add(firings: &[(DomainId, TriggerId, Fired)]) -> Step {
    const SQL: &str = "insert into trigger_firings (domain_id, trigger_id, fired, last_fired_at_ms)
        values ($1, $2, $3, $4)
        on conflict (domain_id, trigger_id) do update set fired = trigger_firings.fired + excluded.fired,
            last_fired_at_ms = case when excluded.last_fired_at_ms > trigger_firings.last_fired_at_ms
                then excluded.last_fired_at_ms else trigger_firings.last_fired_at_ms end";
    let row = |(domain, trigger, fired): &(DomainId, TriggerId, Fired)| -> Vec<Value> {
        vec![domain.0.into(), trigger.0.into(), fired.times.into(), fired.last_at.0.into()]
    };
    Step::many(SQL, firings.iter().map(row).collect())
}

/// The firings of these triggers; those that never fired are left out.
///
/// # Errors
/// As the reader says.
pub async fn find_many(
    reader: &Reader,
    domain: DomainId,
    ids: &[TriggerId],
) -> Result<Vec<(TriggerId, Fired)>, ReadError> {
    const SQL: &str =
        "select fired, last_fired_at_ms from trigger_firings where domain_id = $1 and trigger_id = $2";
    let queries = ids.iter().map(|id| Query::new(SQL, vec![domain.0.into(), id.0.into()])).collect();
    let answers = reader.snapshot(queries).await?;
    let found = answers.iter().zip(ids).filter_map(|(rows, id)| Some((rows.first()?, id)));
    found
        .map(|(row, id)| {
            let fired = Fired { times: row.integer(0)?, last_at: Timestamp(row.integer(1)?) };
            Ok((*id, fired))
        })
        .collect()
}
