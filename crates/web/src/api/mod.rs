//! The native API, `/api/v1/…` with `Authorization: Bearer KEY` or in a session: snake_case, opaque ids, times in RFC 3339, lists by cursor.
//! One file for each thing that can be asked, one `form` for each noun. Not here: the public API (`public`).

pub(crate) mod access_profiles;
pub(crate) mod categories;
pub(crate) mod changes;
pub(crate) mod custom_fields;
pub(crate) mod definitions;
pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod files;
mod forms;
pub(crate) mod integrations;
pub(crate) mod keys;
pub(crate) mod notices;
pub(crate) mod people;
pub(crate) mod services;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod sla_agreements;
pub(crate) mod statuses;
pub(crate) mod teams;
pub(crate) mod tickets;
pub(crate) mod triggers;
pub(crate) mod urgencies;
mod words;
