//! The router over a real database and a real engine. Receivers alone are played.

mod access;
mod changes;
mod deliveries;
mod endpoints;
mod notices;
mod openapi;
mod people;
mod requests;
mod support;
mod tickets;
mod tickets_refused;
mod triggers;
