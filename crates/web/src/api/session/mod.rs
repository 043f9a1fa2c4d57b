//! The session that a request is in: logging in and out, who one is, one's password, and giving somebody else one.

pub(crate) mod create;
pub(crate) mod end;
pub(crate) mod form;
pub(crate) mod password;
pub(crate) mod reset;
pub(crate) mod show;
