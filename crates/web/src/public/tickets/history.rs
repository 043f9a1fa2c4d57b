//! The histories of a ticket as clients get them: in which status and with whom it stood, and for how long. Without
//! calendars of working hours all time is working time.

use crate::public::or_null;
use crate::public::reference::ReferenceForm;
use model::history::{Entered, HistoryEntry};
use serde::Serialize;
use utoipa::ToSchema;

/// A time in which a ticket stood in one status.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicStatusHistory)]
pub(crate) struct StatusHistoryForm<'h> {
    status: &'h str,
    justification: Option<&'h str>,
    /// Seconds; null while it lasts.
    permanency_time_full_time: Option<f64>,
    /// The same: all time counts as working time.
    permanency_time_working_time: Option<f64>,
    /// Null when a trigger or the system did it.
    changed_by: Option<ReferenceForm<'h>>,
    /// When it began: UTC, seven decimals, no zone.
    changed_date: String,
}

/// A time in which a ticket was in the hands of one agent and team.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicOwnerHistory)]
pub(crate) struct OwnerHistoryForm<'h> {
    owner_team: Option<&'h str>,
    owner: Option<ReferenceForm<'h>>,
    /// Seconds; null while it lasts.
    permanency_time_full_time: Option<f64>,
    /// The same: all time counts as working time.
    permanency_time_working_time: Option<f64>,
    /// Null when a trigger or the system did it.
    changed_by: Option<ReferenceForm<'h>>,
    /// When it began: UTC, seven decimals, no zone.
    changed_date: String,
}

fn seconds(entry: &HistoryEntry, entries: &[HistoryEntry]) -> Option<f64> {
    entry.lasted_ms(entries).map(|ms| ms as f64 / 1_000.0)
}

/// The times in each status, oldest first.
pub(super) fn statuses<'h>(entries: &'h [HistoryEntry]) -> Vec<StatusHistoryForm<'h>> {
    let form = |entry: &'h HistoryEntry| match entry {
        HistoryEntry { entered: Entered::Status { status, justification }, changed_by, at, .. } => {
            Some(StatusHistoryForm {
                status: status.as_str(),
                justification: or_null(justification),
                permanency_time_full_time: seconds(entry, entries),
                permanency_time_working_time: seconds(entry, entries),
                changed_by: changed_by.as_ref().map(ReferenceForm::from),
                changed_date: at.to_movidesk(),
            })
        }
        _ => None,
    };
    entries.iter().filter_map(form).collect()
}

/// The times with each owner, oldest first.
pub(super) fn owners<'h>(entries: &'h [HistoryEntry]) -> Vec<OwnerHistoryForm<'h>> {
    let form = |entry: &'h HistoryEntry| match entry {
        HistoryEntry { entered: Entered::Owner { owner, team }, changed_by, at, .. } => {
            Some(OwnerHistoryForm {
                owner_team: or_null(team),
                owner: owner.as_ref().map(ReferenceForm::from),
                permanency_time_full_time: seconds(entry, entries),
                permanency_time_working_time: seconds(entry, entries),
                changed_by: changed_by.as_ref().map(ReferenceForm::from),
                changed_date: at.to_movidesk(),
            })
        }
        _ => None,
    };
    entries.iter().filter_map(form).collect()
}
