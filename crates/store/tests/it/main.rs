//! Lives here: the store tested through its public face, on real files.
//! Not here: tests of one function, which stand beside it.
//!
//! Failpoints belong to the whole process: run these with nextest, which gives each test a process of its own.

mod backup;
mod configuration;
mod execution_log;
mod faults;
mod files;
mod groups;
mod inbox;
mod integrations;
mod isolation;
mod keys;
mod log;
mod logins;
mod nodes;
mod notices;
mod opening;
mod orphans;
mod outside;
mod people;
mod plans;
mod postgres;
mod queue;
mod records;
mod retention;
mod rows;
mod rules;
mod schemas;
mod seam;
mod support;
mod tally;
mod ticket_search;
mod tickets;
mod transfer;
