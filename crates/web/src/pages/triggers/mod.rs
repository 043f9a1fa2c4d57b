//! `/settings/automation/triggers`: the list in the order in which triggers run, what its buttons do, and the builder.

pub(crate) mod builder;
pub(crate) mod bulk;
pub(crate) mod clone;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod disable;
pub(crate) mod edit;
pub(crate) mod enable;
mod form;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod relocate;
pub(crate) mod restore;
pub(crate) mod save;
mod under_way;

/// The address of the list.
const LIST: &str = "/settings/automation/triggers";
