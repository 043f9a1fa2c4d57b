//! Files of the public API.

pub(crate) mod upload;
