//! `/settings/people`: the people of the domain, who they are and what they may do.

pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod end_sessions;
mod fields;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod password;
pub(crate) mod save;
mod view;

/// The address.
const PATH: &str = "/settings/people";

/// The address of a person's page. Reference codes may hold any sign.
pub(crate) fn address(id: &str) -> String {
    let code: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("{PATH}/{code}")
}
