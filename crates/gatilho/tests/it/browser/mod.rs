//! Stories told in a real Chromium, as people live them. Each has a server and a browser of its own.

mod chromium;
mod devtools;
mod every_page;
mod failing_receiver;
mod first_run;
mod integrations;
mod keyboard;
mod languages;
mod office;
mod permission;
mod pictures;
mod samples;
mod tickets;
mod trigger;
