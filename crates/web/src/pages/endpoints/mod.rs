//! `/settings/automation/endpoints`: one row for each receiving URL, with its health, and its pause.

pub(crate) mod list;
pub(crate) mod pause;
pub(crate) mod resume;
