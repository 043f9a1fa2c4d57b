//! Tickets of the public API: reading what clients send (`body`, `action`, `custom_field`), writing what they get
//! (`form`), which of them a list
//! holds (`list`), one file for each thing that can be asked.

mod action;
mod body;
pub(crate) mod create;
pub(super) mod custom_field;
pub(crate) mod form;
mod history;
pub(crate) mod html_description;
pub(crate) mod list;
pub(crate) mod merged;
pub(crate) mod past;
pub(crate) mod schema;
pub(crate) mod show;
pub(crate) mod update;
