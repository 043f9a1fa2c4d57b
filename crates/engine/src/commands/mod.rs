//! What somebody may do: one file a noun. Each command checks the caller's grants at its head, validates the whole
//! input, and is one write. `web` and the CLI come in here and nowhere else.

pub mod access_profiles;
pub mod classification;
pub mod counterpart;
pub mod deliveries;
pub mod endpoints;
pub mod files;
pub mod first_run;
mod halves;
pub mod integrations;
pub mod keys;
pub mod log_in;
pub mod notices;
mod offers;
pub mod passwords;
pub mod people;
mod person_login;
pub mod sessions;
pub mod teams;
pub mod tickets;
pub mod trial;
pub mod trigger_list;
pub mod triggers;
