//! Files of the native API. Adding one is in `tickets`, its bytes are in `crate::files`.

pub(crate) mod form;
pub(crate) mod show;
