//! Stories, end to end: the real binary on a real directory, real receivers, and what a person or a program sees of it.
//! Not here: single functions, which are tested beside themselves.

mod admin;
mod backup;
mod browser;
mod check;
mod cli;
mod demo;
#[cfg(feature = "failpoints")]
mod durability;
mod embedded;
mod full_disk;
mod help;
mod inbox;
mod integrations;
#[cfg(feature = "failpoints")]
mod never_lose;
mod nodes;
mod process;
mod seed;
mod support;
mod tls;
