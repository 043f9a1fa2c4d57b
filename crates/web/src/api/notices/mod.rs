//! Notices: what stands under the bell, read state per person.

pub(crate) mod list;
pub(crate) mod read;
