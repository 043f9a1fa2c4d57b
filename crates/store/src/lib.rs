//! Lives here: everything that is SQL, one file a table, and the seam to the databases (`db`).
//! Not here: when something is written or why (the engine), what the words mean (the model).

pub mod access_profiles;
pub mod attempts;
pub mod changes;
pub mod db;
pub mod deliveries;
pub mod domains;
pub mod endpoints;
pub mod files;
pub mod histories;
pub mod inbox;
pub mod instance;
pub mod integration_actions;
pub mod integration_tickets;
pub mod integrations;
mod json;
pub mod keys;
pub mod log;
pub mod logins;
pub mod nodes;
pub mod notices;
pub mod orphans;
pub mod overview;
pub mod people;
pub mod person_links;
pub mod retention;
pub mod sessions;
pub mod tally;
pub mod teams;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ticket_members;
pub mod ticket_search;
pub mod tickets;
pub mod transfer;
pub mod trigger_firings;
pub mod triggers;
