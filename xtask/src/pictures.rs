//! The pictures of the pages, taken anew: those in `docs/pictures`, and one of every page in each theme in `target/pictures`.
//! What is on them is told in the browser's stories of `gatilho`.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::ci::FEATURES;
use crate::machine::command;

/// Takes them; `false` if that failed, which has been said.
pub(crate) fn take(root: &Path) -> Result<bool> {
    let features = format!("--features={}", FEATURES.join(","));
    let words =
        ["cargo", "nextest", "run", "--workspace", &features, "--filterset", "test(/^browser::pictures::/)"];
    let status = command(&words)
        .current_dir(root)
        .env("GATILHO_TEST_PICTURES", root)
        .stdin(Stdio::null())
        .status()
        .context("cargo does not start")?;
    Ok(status.success())
}
