//! Endpoints: receiving URLs with their state, their secret and their pause.

pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod pause;
pub(crate) mod resume;
pub(crate) mod secret;
pub(crate) mod show;
