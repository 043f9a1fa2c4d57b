//! `/settings/account/integrations`: links with other domains. `list` shows how they fare; `new`, `create`, `edit`, `save`
//! are one form (`typed` and `mapping` hold it, `view` shows it, `submit` answers its buttons); `show` is one integration
//! with what can be done to it (`act`).

pub(crate) mod act;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod edit;
mod faults;
mod health;
pub(crate) mod keeper;
pub(crate) mod list;
mod mapping;
pub(crate) mod new;
pub(crate) mod save;
pub(crate) mod show;
mod submit;
mod typed;
mod view;

use model::ids::IntegrationId;

/// The address of the list.
pub(crate) const PATH: &str = "/settings/account/integrations";

/// The address of an integration's page.
pub(crate) fn address(id: IntegrationId) -> String {
    format!("{PATH}/{id}")
}
