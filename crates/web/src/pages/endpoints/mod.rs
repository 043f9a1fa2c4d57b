//! `/settings/automation/endpoints`: one row for each receiving URL; a page for each, with its health, its pause, its
//! secret and its newest deliveries.

mod health;
pub(crate) mod list;
pub(crate) mod pause;
pub(crate) mod resume;
pub(crate) mod secret;
pub(crate) mod show;

/// The list's own address.
const LIST: &str = "/settings/automation/endpoints";
