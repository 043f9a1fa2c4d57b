//! `/notices`: what stands under the bell, grouped by receiver, read state per person; and the bell itself.

pub(crate) mod bell;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod read_all;
