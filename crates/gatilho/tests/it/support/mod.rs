//! What stories are told with: a running server, receivers with a script and a ledger, the command line, waiting.
//! Not here: what should come of it.

mod answer;
mod command;
mod help_desk;
mod inbox;
mod receiver;
mod receiver_tests;
mod server;
mod wait;

pub(crate) use answer::{Answer, agent};
pub(crate) use command::{Ran, gatilho};
pub(crate) use help_desk::on;
pub(crate) use inbox::Inbox;
pub(crate) use receiver::{Received, Receiver, Reply, always, in_turn};
pub(crate) use server::{KEY, Server, Start};
pub(crate) use wait::{wait_ok, wait_until};
