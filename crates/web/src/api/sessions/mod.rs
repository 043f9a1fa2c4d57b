//! Sessions: which there are, and ending one.

pub(crate) mod end;
pub(crate) mod list;
