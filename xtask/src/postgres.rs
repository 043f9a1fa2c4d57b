//! `cargo xtask postgres`: a private PostgreSQL for the tests, there while a command runs and gone afterwards.
//!
//! The gate starts the same one around its suites. Which PostgreSQL of the machine is taken is in `binaries`, how a
//! cluster is made and started in `cluster`, how it ends, whatever happens to us, in `guard`.

mod binaries;
mod cluster;
mod guard;

use std::process::Command;

use anyhow::{Context, Result};

pub(crate) use binaries::is_there;
pub(crate) use cluster::Cluster;
pub(crate) use guard::{COMMAND as GUARD, run as guard};

/// Runs a command beside a cluster; without one it waits until it is killed. `false` if the command failed.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let cluster = Cluster::start()?;
    let Some((program, arguments)) = words.split_first() else {
        println!("{}\nIt is there until Ctrl-C:\n", cluster.describe());
        for (name, value) in cluster.variables() {
            println!("  export {name}={value}");
        }
        loop {
            std::thread::park();
        }
    };
    println!("{}\n", cluster.describe());
    let status = Command::new(program)
        .args(arguments)
        .envs(cluster.variables())
        .envs(cluster.client_variables())
        .status()
        .with_context(|| format!("`{program}` does not start"))?;
    Ok(status.success())
}
