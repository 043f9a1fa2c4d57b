//! `/settings/people/access-profiles`: what people may do. A change is in force at their next request.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod save;
mod view;

/// The address.
const PATH: &str = "/settings/people/access-profiles";
