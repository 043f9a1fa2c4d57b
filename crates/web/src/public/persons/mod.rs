//! People of the public API: enough to make and find those that tickets name.

mod body;
pub(crate) mod create;
mod form;
pub(crate) mod show;
