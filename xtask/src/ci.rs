//! `cargo xtask ci`: the gate, and the test command of the README. Nothing else decides whether a change is good.
//!
//! It asks nothing, reads nothing from the terminal and runs every suite even when an earlier one failed. What has to
//! be installed is in `needs`; what is run is in `suites`. They run beside a private PostgreSQL, which is in `postgres`.

mod needs;
mod suites;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use suites::SUITES;

use crate::postgres::Cluster;

/// The features that every check turns on, the same everywhere, so that nothing is built twice for a switch.
/// `tidy` compares them with what the manifests declare.
pub(crate) const FEATURES: [&str; 2] = ["gatilho/failpoints", "store/testing"];

/// Runs everything; `false` if a need is missing or a suite failed.
pub(crate) fn run(root: &Path, yes: bool) -> Result<bool> {
    if !needs::meet(root, yes)? {
        return Ok(false);
    }
    let started = now();
    // It ends when this function does.
    let cluster = Cluster::start()?;
    println!("{}\n", cluster.describe());
    let variables = cluster.variables();
    let mut failed = Vec::new();
    for suite in &SUITES {
        let began = now();
        suites::announce(suite);
        let done = suites::run(root, suite, &variables)?;
        suites::conclude(suite, &done, began.elapsed());
        if !done.good {
            failed.push(suite.name);
        }
    }
    conclude(&failed, started.elapsed());
    Ok(failed.is_empty())
}

fn conclude(failed: &[&str], took: Duration) {
    let good = SUITES.len() - failed.len();
    let names = if failed.is_empty() { String::new() } else { format!(" ({})", failed.join(", ")) };
    println!("\n{} suites: {good} ok, {} failed{names}, {}", SUITES.len(), failed.len(), seconds(took));
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

/// Only to say how long a suite took.
#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the person who waits; nothing is decided by it"
)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
