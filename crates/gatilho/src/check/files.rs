//! Looks at where files are kept: whether the directory takes any, and has room. A bucket is not called from here.

use super::findings::{Findings, bytes};
use crate::config::Config;
use crate::files;
use std::path::Path;

const CHECK: &str = "files";

/// Room for less than this many files of the largest size is worth a word.
const LARGE_LEAST: u64 = 20;

/// Looks.
pub(super) fn look(config: &Config, findings: &mut Findings) {
    let Some(directory) = files::directory(config) else {
        return findings.ok(CHECK, "in a bucket; the first upload shows whether it can be reached");
    };
    let shown = directory.display();
    if !directory.exists() {
        return findings.ok(CHECK, format!("{shown}, made by the first start"));
    }
    // What is made here has no name and is gone at once.
    if let Err(error) = tempfile::tempfile_in(&directory) {
        let advice = "give the server's user the right to write there, or set files.directory";
        return findings.problem(CHECK, format!("{shown} cannot be written: {error}"), advice);
    }
    match free(&directory) {
        Some(free) if free < config.files.size_max.saturating_mul(LARGE_LEAST) => {
            let message = format!("{shown} has {} free, few files of the largest size", bytes(free));
            findings.warning(CHECK, message, "free space, take a larger disk, or lower files.size_max");
        }
        Some(free) => findings.ok(CHECK, format!("{shown}, writable, {} free", bytes(free))),
        None => findings.ok(CHECK, format!("{shown}, writable")),
    }
}

fn free(directory: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(directory).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}
