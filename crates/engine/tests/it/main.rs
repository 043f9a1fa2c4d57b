//! Integration tests of the engine, in one binary: what needs real sockets or a database.
//! Does not live here: tests of pure functions, which stand beside their code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod bodies;
mod chains;
mod delivery;
mod files;
mod holding;
mod isolation;
mod keys;
mod logging_in;
mod looks;
mod nodes;
mod order;
mod outages;
mod outbound;
mod receivers;
mod restarts;
mod saves;
mod secrets;
mod sight;
mod signatures;
mod sim;
mod support;
mod sweeping;
mod trigger_list;
mod triggers;
mod words;
