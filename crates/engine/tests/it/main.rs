//! Integration tests of the engine, in one binary: what needs real sockets or a database.
//! Does not live here: tests of pure functions, which stand beside their code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod delivery;
mod outbound;
mod support;
