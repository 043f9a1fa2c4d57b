//! API keys: what programs show.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod rename;
pub(crate) mod rotate;
pub(crate) mod show;
