//! Lives here: the store tested through its public face, on real files.
//! Not here: tests of one function, which stand beside it.
//!
//! Failpoints belong to the whole process: run these with nextest, which gives each test a process of its own.

mod backup;
mod faults;
mod groups;
mod log;
mod opening;
mod outside;
mod seam;
mod support;
