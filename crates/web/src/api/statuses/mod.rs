//! Statuses: one file for each thing that can be asked, their shape in `form`.

pub(crate) mod create;
pub(crate) mod delete;
mod form;
pub(crate) mod list;
pub(crate) mod order;
pub(crate) mod show;
pub(crate) mod update;
