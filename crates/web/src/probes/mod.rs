//! What machines ask: is it alive, is it ready, its counters, its description. Nobody needs a key for these.

pub(crate) mod description;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod ready;
