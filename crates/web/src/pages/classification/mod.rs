//! `/settings/classification`: the words by which the domain sorts its tickets, one page for each kind.

pub(crate) mod create;
pub(crate) mod index;
mod kind;
pub(crate) mod list;
pub(crate) mod save;
mod typed;
mod view;

/// The address.
const PATH: &str = "/settings/classification";
