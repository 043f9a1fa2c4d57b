//! Integrations: what they look like, and each thing that can be asked of them.

pub(crate) mod accept;
pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod restore;
pub(crate) mod show;
pub(crate) mod update;
