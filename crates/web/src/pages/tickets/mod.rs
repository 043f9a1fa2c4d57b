//! `/tickets`: the requests that somebody sees. `list` finds them (`find`); `show` shows one with its thread, fields, history
//! and deliveries (`view`, `thread`, `fields`, `history`, `deliveries`); `new` and `create` open one, `reply` adds an entry,
//! `save` changes fields; `counterpart` opens or links one in another domain; `change` explains what triggers did, and did not do, at one change.

pub(crate) mod change;
pub(crate) mod choices;
pub(crate) mod counterpart;
pub(crate) mod create;
mod deliveries;
mod fields;
pub(crate) mod find;
mod history;
pub(crate) mod list;
pub(crate) mod new;
mod opening;
mod receive;
pub(crate) mod reply;
pub(crate) mod save;
pub(crate) mod show;
pub(crate) mod status;
mod thread;
mod view;

/// The address.
pub(crate) const PATH: &str = "/tickets";

/// The address of a ticket's page.
pub(crate) fn address(number: i64) -> String {
    format!("{PATH}/{number}")
}
