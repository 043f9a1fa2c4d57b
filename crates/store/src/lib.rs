//! Lives here: everything that is SQL, one file a table, and the seam to the databases (`db`).
//! Not here: when something is written or why (the engine), what the words mean (the model).

pub mod attempts;
pub mod changes;
pub mod db;
pub mod deliveries;
pub mod domains;
pub mod endpoints;
pub mod instance;
mod json;
pub mod keys;
pub mod log;
pub mod nodes;
pub mod notices;
pub mod orphans;
pub mod overview;
pub mod people;
pub mod retention;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tickets;
pub mod transfer;
pub mod trigger_firings;
pub mod triggers;
