//! What somebody may do: one file a noun. Each command checks the caller's grants at its head, validates the whole
//! input, and is one write. `web` and the CLI come in here and nowhere else.

pub mod deliveries;
pub mod endpoints;
pub mod notices;
pub mod people;
pub mod tickets;
pub mod trial;
pub mod trigger_list;
pub mod triggers;
