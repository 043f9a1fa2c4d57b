//! The router over a real database and a real engine. Receivers alone are played.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod changes;
mod deliveries;
mod endpoints;
mod notices;
mod openapi;
mod pages_triggers;
mod people;
mod requests;
mod support;
mod tickets;
mod tickets_refused;
mod triggers;
