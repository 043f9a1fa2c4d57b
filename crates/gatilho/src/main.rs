//! The process: reads arguments, runs a command, says what went wrong. Everything else lives in the commands' files.

mod admin;
mod backup;
mod check;
mod cli;
mod client;
mod config;
mod demo;
mod fault_points;
mod files;
mod inbox;
mod keys;
mod logging;
mod receive;
mod serve;
mod server;
mod storage;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("gatilho: {error:#}");
            ExitCode::FAILURE
        }
    }
}
