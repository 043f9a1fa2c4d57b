//! Changes: what each save did to a ticket, which triggers fired for it, and why a trigger did or did not.

mod detail;
pub(crate) mod explain;
mod explanation;
pub(crate) mod list;
pub(crate) mod show;
mod ticket;
