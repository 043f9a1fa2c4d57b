//! The router over a real database and a real engine. Receivers alone are played.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod access_profiles;
mod changes;
mod client_rights;
mod deliveries;
mod endpoints;
mod files;
mod integrations;
mod integrations_ends;
mod integrations_rules;
mod integrations_settings;
mod keys;
mod notices;
mod openapi;
mod pages_first_run;
mod pages_integrations;
mod pages_log;
mod pages_notices;
mod pages_search;
mod pages_settings;
mod pages_tickets;
mod pages_triggers;
mod people;
mod requests;
mod session;
mod support;
mod teams;
mod ticket_lists;
mod tickets;
mod tickets_refused;
mod triggers;
mod words;
