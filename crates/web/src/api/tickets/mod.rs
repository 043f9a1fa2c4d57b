//! Tickets of the native API: what the public one has no word for.

pub(crate) mod attach;
pub(crate) mod counterpart;
pub(crate) mod delete;
pub(crate) mod part;
